"""Pure calculations: signals from loads, detection rules, finance, combination, ranking."""
