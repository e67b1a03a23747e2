"""The same as classify.c from Python, by ctypes: needs no package at all.

    classify.py libreviews.so < lines
"""

import ctypes
import math
import sys

library = ctypes.CDLL(sys.argv[1])
library.reviews_error.restype = ctypes.c_char_p
library.reviews_text_scratch_bytes.restype = ctypes.c_size_t
library.reviews_text_scratch_bytes.argtypes = [ctypes.c_size_t]
library.reviews_predict_text.argtypes = [
    ctypes.c_char_p,
    ctypes.c_size_t,
    ctypes.POINTER(ctypes.c_float),
    ctypes.c_void_p,
]

for line in sys.stdin:
    text = line.rstrip("\n").encode()
    scratch = ctypes.create_string_buffer(
        library.reviews_text_scratch_bytes(len(text))
    )
    logit = ctypes.c_float()
    code = library.reviews_predict_text(text, len(text), ctypes.byref(logit), scratch)
    if code != 0:
        sys.exit(f"classify.py: {library.reviews_error(code).decode()}")
    print(f"{1 / (1 + math.exp(-logit.value)):.6f}")
