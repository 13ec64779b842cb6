"""Files for other systems: the mart as a Data Package, returns as DHIS2 data value sets."""
