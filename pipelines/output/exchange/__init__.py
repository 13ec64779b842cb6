"""Files for other systems: the mart as a Data Package, the returns as DHIS2 data value sets, out and in."""
