"""What an item may refer to, as it stands in the database and in the simulator's catalogue."""

from __future__ import annotations

from quizzes.core.content import Catalogue, SourceContent
from quizzes.core.frozen import SliderPayload
from quizzes.models import Misconception, Source, Topic
from simulator import services as simulator


def current_catalogue() -> Catalogue:
    """Three small queries; the named scenarios come from memory."""
    return Catalogue(
        topics=frozenset(Topic.objects.values_list("slug", flat=True)),
        misconceptions=dict(Misconception.objects.values_list("slug", "belief")),
        sources={
            source.slug: SourceContent(source.slug, source.citation, source.url)
            for source in Source.objects.all()
        },
        scenarios={name: named.scenario for name, named in simulator.named_scenarios().items()},
        sliders=named_sliders(),
    )


def named_sliders() -> dict[str, SliderPayload]:
    """The sliders of the named scenarios that have one."""
    sliders: dict[str, SliderPayload] = {}
    for name, named in simulator.named_scenarios().items():
        slider = named.slider
        if slider is not None:
            sliders[name] = {
                "run": slider.run,
                "parameter": "lr",
                "min": slider.min,
                "max": slider.max,
                "scale": slider.scale,
                "steps": slider.steps,
            }
    return sliders
