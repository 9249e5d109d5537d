"""The site as it is measured: with the bare view, and limits that requests count towards but never reach."""

from studyapp.settings import *  # noqa: F403
from studyapp.settings import API_RATES as SITE_RATES

ROOT_URLCONF = "studyapp.bench.urls"
API_RATES = dict.fromkeys(SITE_RATES, (10**9, 10**9))
