"""A log of decisions and its proofs, each way, by another's hand: `serve --log`
writes, and aics-tlog (PyPI) reads its tiles and checks its checkpoint and what
`mlc log prove` says; it proves and writes a log, and `mlc log verify` checks.

Usage: tlog.py PROOFS
"""

import base64
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import aics_tlog as tlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from decisions import decide
from integration import MLC, MODELS, Program, attempt, expect_done, make_data


def log(*arguments) -> subprocess.CompletedProcess:
    return attempt(MLC, "log", *arguments)


def main() -> None:
    proofs = int(sys.argv[1])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        program = Program.compile(MODELS / "adam.mlir", folder / "program")
        make_data(program.info, 40, seed=5).write(folder / "data")
        expect_done(attempt(MLC, "key", "new", folder / "ours"))
        program.run("train", "--data", folder / "data", "-o", folder / "weights", "--epochs", 1)
        decide(program, folder, proofs // 2)
        kept = folder / "kept"
        kept.write_bytes((folder / "log/checkpoint").read_bytes())
        decide(program, folder, proofs - proofs // 2)

        told = expect_done(log("verify", folder / "log", "--key", folder / "ours.pub", "--against", kept))
        key = tlog.parse_vkey(re.search(r"verifier key +(\S+)", told.stdout)[1])
        notes = [tlog.parse_note(path.read_bytes()) for path in (kept, folder / "log/checkpoint")]
        assert all(tlog.verify_checkpoint(note, key).ok for note in notes)
        old, head = (tlog.parse_checkpoint(note.text) for note in notes)
        assert (old.size, head.size) == (proofs // 2, proofs)
        reader = tlog.FileSystemTileReader(folder / "log")
        assert tlog.tree_root_from_tiles(reader, proofs) == head.root

        for index in range(proofs):
            proof = folder / "proof"
            expect_done(log("prove", folder / "log", "--entry", index, "-o", proof))
            lines = proof.read_text().split("\n")
            hashes = [base64.b64decode(line) for line in lines[3 : lines.index("")]]
            entry = base64.b64decode(lines[1].removeprefix("extra "))
            assert entry == tlog.read_entry(reader, index, proofs)
            assert tlog.verify_leaf_inclusion(entry, index, proofs, hashes, head.root), index
            # The other way: by its proof, and by a changed one.
            theirs = tlog.inclusion_proof_from_tiles(reader, index, proofs)
            for changed in (False, True):
                if changed:
                    theirs[0] = bytes([theirs[0][0] ^ 1]) + theirs[0][1:]
                text = "\n".join(lines[:3] + [base64.b64encode(h).decode() for h in theirs])
                proof.write_text(text + "\n\n" + (folder / "log/checkpoint").read_text())
                status = log("verify", proof, "--key", folder / "ours.pub").returncode
                assert status == int(changed), (index, changed)

        out = folder / "to-now"
        expect_done(log("prove", folder / "log", "--from", kept, "-o", out))
        lines = out.read_text().split("\n")
        hashes = [base64.b64decode(line) for line in lines[1 : lines.index("")]]
        assert tlog.verify_consistency(old.size, head.size, old.root, head.root, hashes)

        # Their log, signed by our key, which is of minisign's form.
        raw = base64.b64decode((folder / "ours.key").read_text().splitlines()[1])
        signer = Ed25519PrivateKey.from_private_bytes(raw[62:94])
        entries = [tlog.read_entry(reader, i, proofs) for i in range(proofs)]
        theirs = folder / "theirs"
        tlog.TileWriter(entries).write_to(theirs)
        (theirs / "payload").mkdir()
        note = tlog.sign_checkpoint(
            tlog.Checkpoint("log.example/theirs", proofs, tlog.MerkleTree(entries).root()),
            signer, "log.example/theirs")  # fmt: skip
        (theirs / "checkpoint").write_bytes(note.to_bytes())
        expect_done(log("verify", theirs, "--key", folder / "ours.pub"))
        print(f"{proofs} proofs of decisions, written and checked each way")


if __name__ == "__main__":
    main()
