"""The slider for a learning rate."""

from __future__ import annotations

from math import log10
from typing import Any

from ipywidgets import FloatLogSlider

from autograd_mini.messages import _

STEP = 0.05  # from one rate to the next, about; an exponent of ten


def rate_slider(rate: float, rates: tuple[float, float], **traits: Any) -> FloatLogSlider:
    """A slider from the lowest rate to the highest, in equal factors; `rate` is one of its places.

    Raises `ValueError` for a rate that is not between the two.
    """
    if not 0 < rates[0] <= rate <= rates[1]:
        told = _("The rate {rate} is not between {low} and {high}.")
        raise ValueError(told.format(rate=rate, low=rates[0], high=rates[1]))
    low, high = (log10(r) for r in rates)
    above = log10(rate) - low
    step = above / round(above / STEP) if above > STEP else STEP
    return FloatLogSlider(value=rate, base=10, min=low, max=high, step=step, description=_("rate"), **traits)
