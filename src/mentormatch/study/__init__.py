"""For researchers: generated schools and markets, metrics, and experiments over many of them.

::

    from mentormatch import study

    table = study.run(["deferred_acceptance", "immediate_acceptance"], study.county(10), seeds=5)
    for estimate in study.summary(table):
        print(estimate)
"""

from mentormatch.study.experiment import run
from mentormatch.study.generators import School, SchoolProfile, TheoryMarket, county, province
from mentormatch.study.instances import GivenMarket, Instance, MarketFile
from mentormatch.study.metrics import METRICS, Metric
from mentormatch.study.summary import Estimate, differences, summary
from mentormatch.study.table import StudyTable

__all__ = [
    "METRICS",
    "Estimate",
    "GivenMarket",
    "Instance",
    "MarketFile",
    "Metric",
    "School",
    "SchoolProfile",
    "StudyTable",
    "TheoryMarket",
    "county",
    "differences",
    "province",
    "run",
    "summary",
]
