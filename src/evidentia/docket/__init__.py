"""The docket: violation forms, deadlines and statistics, from records and data sets alone. Pure."""
