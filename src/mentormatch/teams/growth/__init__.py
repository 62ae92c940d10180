"""Growth groups: classes in balanced groups, from a school to tables."""
