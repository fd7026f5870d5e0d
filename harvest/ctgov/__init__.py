"""ClinicalTrials.gov's API 2: what is asked of it, and pure readers of what it answers (external contract 6).

Source: https://clinicaltrials.gov/data-api/api, OpenAPI 2.0.5.
"""
