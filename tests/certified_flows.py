"""Every optimal result of the min-cost flow that any test gets is checked by the stand-alone script, too.

All results pass `mechanisms.solving.verify_result` before they are returned, whatever mechanism made them; `install`
puts a second judge there, which reads nothing but the exported certificate.
"""

import json
from typing import Any

from mentormatch.base.text import Text
from mentormatch.explain.certificate import certificate_data
from mentormatch.mechanisms import solving
from mentormatch.problem.result import Result, Status
from mentormatch.verify.check_certificate import check
from mentormatch.verify.verify import Report

PROOF = "no matching that keeps the rows has better values: shown by the prices"

counted = {"flow results": 0, "proven by prices": 0}
"""Of this process. Where a goal is no cost of pairs or rows the script checks all but the prices, and says so."""


class NotCertifiedError(AssertionError):
    """The stand-alone script does not prove what a result of the flow claims."""


def install() -> None:
    """Put the script behind the package's own checker, for the whole session."""
    own = solving.verify_result

    def verify_and_certify(result: Result, report: Report | None) -> tuple[Text, ...]:
        failures = own(result, report)
        if not failures and result.engine == "min_cost_flow" and result.status is Status.OPTIMAL:
            certify(result)
        return failures

    solving.verify_result = verify_and_certify


def certify(result: Result) -> None:
    """Check what a file of the certificate would hold; raise `NotCertifiedError` where the proof is not complete."""
    certificate: dict[str, Any] = certificate_data(result)
    # As in the file: what JSON cannot hold, the script could not read.
    json.dumps({**certificate, "market": None, "rows": None, "stages": None})
    checked, unchecked = check(certificate)
    counted["flow results"] += 1
    if PROOF in checked:
        counted["proven by prices"] += 1
    elif certificate["stages"] and not any("counts teams" in line for line in unchecked):
        raise NotCertifiedError(f"{checked} {unchecked}")
