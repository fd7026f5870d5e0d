"""Europe PMC's web service: what is asked of it, and pure readers of what it answers (external contract 5).

Source: https://europepmc.org/RestfulWebService, service version 6.9.
"""
