"""From dictionaries of preferences to a printed result."""

import mentormatch as mm

students = {"Ann": ["Lee", "Wu"], "Bo": ["Lee"], "Cai": [["Lee", "Wu"]], "Dan": ["Wu", "Lee"]}
market = mm.Market.from_preferences(students, {"Lee": ["Bo", "Ann", "Cai", "Dan"]}, quotas={"Lee": 2, "Wu": 1})
print(mm.match(market))
