"""Addresses of the simulator's own pages."""

from django.urls import path

from simulator.web.lab.views import analysis, lab

urlpatterns = [
    path("lab/", lab, name="lab"),
    path("lab/picture/", analysis, name="lab-picture"),
]
