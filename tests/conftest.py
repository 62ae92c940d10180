from pathlib import Path

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
"""The sample workbooks and published instances that lie beside the repository."""
