"""Signatures of records, each way, by another's hand: `train --sign` writes, and
securesystemslib checks; it signs, and `verify` checks.

Usage: dsse.py RECORDS
"""

import base64
import json
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from integration import MLC, MODELS, Program, attempt, expect_done, make_data
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import CryptoSigner, SSlibKey


def read_public(path: Path) -> SSlibKey:
    """A key of minisign's, by its number: "Ed", number, 32 bytes."""
    raw = base64.b64decode(path.read_text().splitlines()[1])
    return SSlibKey.from_crypto(
        Ed25519PublicKey.from_public_bytes(raw[10:]), raw[2:10][::-1].hex().upper()
    )


def read_secret(path: Path, public: SSlibKey) -> CryptoSigner:
    raw = base64.b64decode(path.read_text().splitlines()[1])
    return CryptoSigner(Ed25519PrivateKey.from_private_bytes(raw[62:94]), public)


def verifies(envelope: Envelope, key: SSlibKey) -> bool:
    try:
        envelope.verify([key], 1)
    except VerificationError:
        return False
    return True


def main() -> None:
    records = int(sys.argv[1])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        program = Program.compile(MODELS / "adam.mlir", folder / "program")
        make_data(program.info, 40, seed=5).write(folder / "data")
        for key in ("ours", "other"):
            expect_done(attempt(MLC, "key", "new", folder / key))
        ours, other = (read_public(folder / f"{key}.pub") for key in ("ours", "other"))
        signer = read_secret(folder / "ours.key", ours)
        weights, record = folder / "weights", folder / "weights.run.json"
        for seed in range(records):
            program.run(
                *("train", "--data", folder / "data", "-o", weights, "--epochs", 1, "--quiet"),
                *("--seed", seed, "--sign", folder / "ours.key"),
            )
            envelope = Envelope.from_dict(json.loads(record.read_text()))
            assert verifies(envelope, ours), seed
            assert not verifies(envelope, other), seed
            changed = Envelope(envelope.payload + b" ", envelope.payload_type, envelope.signatures)
            assert not verifies(changed, ours), seed
            # The other way.
            signed = Envelope(envelope.payload, envelope.payload_type, {})
            signed.sign(signer)
            record.write_text(json.dumps(signed.to_dict(), separators=(",", ":")) + "\n")
            for key, status in (("ours", 0), ("other", 1)):
                result = program.attempt("verify", weights, "--key", folder / f"{key}.pub")
                assert result.returncode == status, (seed, key, result.stdout, result.stderr)
        print(f"{records} records, signed and checked each way")


if __name__ == "__main__":
    main()
