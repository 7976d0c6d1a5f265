"""Makes a client's colour one on which white text can be read."""

from __future__ import annotations

LEAST_CONTRAST = 4.5
"""WCAG 2.2, criterion 1.4.3, for text of ordinary size."""

_STEP = 0.95


def readable_accent(colour: str) -> str:
    """Return the colour, darkened as little as white text on it needs."""
    channels = [int(colour[start : start + 2], 16) for start in (1, 3, 5)]
    while _contrast_with_white(channels) < LEAST_CONTRAST:
        channels = [int(channel * _STEP) for channel in channels]
    return "#" + "".join(f"{channel:02x}" for channel in channels)


def _contrast_with_white(channels: list[int]) -> float:
    """Compute the contrast ratio of WCAG 2.2 from sRGB channels."""
    red, green, blue = (_linear(channel / 255) for channel in channels)
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return 1.05 / (luminance + 0.05)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - as defined for sRGB
