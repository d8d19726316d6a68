"""Later editions of the Unit Cost Database, read out of their workbooks into a place's folder."""
