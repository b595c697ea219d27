"""Commands without a database say so in one line."""

import subprocess
import sys
from pathlib import Path

from tests.servers import product_environment

HERE = Path(__file__).resolve().parent.parent.parent


def test_a_database_that_is_away_is_one_line_and_not_a_finding(tmp_path: Path) -> None:
    nowhere = product_environment() | {"DATABASE_URL": f"postgres://%2F{tmp_path.name}/none"}
    answer = subprocess.run(
        [sys.executable, "manage.py", "sla_audit"],
        cwd=HERE,
        env=nowhere,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 75
    assert answer.stderr.startswith("The database does not answer (")
    assert answer.stderr.count("\n") == 1
