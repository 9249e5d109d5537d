"""Addresses of the site, with a page for one figure before them."""

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from simulator.services import Prediction, Slider, build_figure
from simulator.tests.figures.drawn import scenario_of, sgd
from studyapp.urls import urlpatterns as site

PAGE = """{% extends "base.html" %}{% load static %}
{% block head %}<link rel="stylesheet" href="{% static "css/figure.css" %}">{% endblock %}
{% block content %}<h1>A figure</h1>
<div class="card">{% include "simulator/figure.html" %}</div>{% endblock %}
{% block scripts %}{{ block.super }}
<script src="{% static "js/figure.js" %}" type="module"></script>{% endblock %}"""


def page(request: HttpRequest, name: str) -> HttpResponse:
    """The figure of one run with a slider, of two without, or of two noisy ones of which the slider moves the
    second."""
    if name == "one":
        figure = build_figure(
            scenario_of(sgd(0.9)),
            slider=Slider(min=0.01, max=1.3, scale="linear", steps=129),
            prediction=Prediction(changes={"lr": 1.05}),
            lr=request.GET.get("lr"),
        )
    elif name == "noisy":
        bowl = {"objective": {"name": "quadratic", "eigenvalues": [1, 1]}, "start": [4, 2], "steps": 400}
        figure = build_figure(
            scenario_of(sgd(0.4, "lr 0.4"), sgd(0.04, "lr 0.04"), noise={"sigma": 1, "seed": 11}, **bowl),
            slider=Slider("lr 0.04", 0.004, 1.9),
            prediction=Prediction("lr 0.04", {"lr": 0.4}),
            lr=request.GET.get("lr"),
        )
    else:
        figure = build_figure(
            scenario_of(
                sgd(0.07, "plain"),
                sgd(0.03, "momentum 0.9", momentum=0.9),
                objective={"name": "quadratic", "eigenvalues": [1, 25]},
                start=[10, 1],
                steps=100,
            )
        )
    return HttpResponse(engines["django"].from_string(PAGE).render({"figure": figure}, request))


urlpatterns = [path("a-figure/<slug:name>/", page), *site]
