"""What a status is called where results of teams are told."""

from mentormatch.base.text import Text
from mentormatch.problem.result import Status

STATUS = {
    Status.OPTIMAL: Text(zh="最优(已证明)", en="optimal (proven)"),
    Status.FEASIBLE: Text(zh="可行(附已证明的界)", en="feasible (with proven bounds)"),
    Status.INFEASIBLE: Text(zh="无可行方案(已证明)", en="infeasible (proven)"),
    Status.UNKNOWN: Text(zh="未知(受时间限制)", en="unknown (stopped by the limit)"),
}
