"""The front desk: server-rendered pages under /desk for those who work at the clinic."""
