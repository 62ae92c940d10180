"""What a status is called in everything that a school reads."""

from mentormatch.base.text import Text
from mentormatch.problem.result import Status

STATUS = {
    Status.OPTIMAL: Text(zh="最优(已证明)", en="optimal (proven)"),
    Status.FEASIBLE: Text(zh="可行(未证明最优)", en="feasible (not proven optimal)"),
    Status.INFEASIBLE: Text(zh="无可行方案(已证明)", en="infeasible (proven)"),
    Status.UNKNOWN: Text(zh="未知(受时间限制)", en="unknown (stopped by the limit)"),
}
