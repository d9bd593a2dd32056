"""A made-up city to try everything with: its people, the sheets its offices fill in, how volunteers answer."""
