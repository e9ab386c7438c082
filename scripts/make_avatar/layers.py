"""The pictures of hair and clothes."""

import camera
from silhouette import picture_behind

# Share of the samples that clothes are rendered with: they have no fine edges.
CLOTH_SAMPLES = 0.5
NOTHING_ELSE = {"eye": "off", "teeth": "off", "tongue": "off"}


def take_layers(studio):
    """cloth, hair_front and hair_back, each with a hole where the head covers it."""
    camera.visible(skin="holdout", cloth="on", hair="shadow", **NOTHING_ELSE)
    with camera.fewer_samples(CLOTH_SAMPLES):
        camera.render(studio.file("cloth"), studio.layer_pixels)
    if studio.strands:
        camera.visible(skin="holdout", cloth="shadow", hairB="shadow", hairF="on", **NOTHING_ELSE)
        camera.render(studio.file("hair_front"), studio.layer_pixels)
    take_back(studio)


def take_back(studio):
    """hair_back: all hair as it is without the head, and the collar, so that a turn of the head uncovers no hole."""
    hair, cloth = (studio.file("hair_for_now") if studio.strands else None), studio.file("cloth_for_now")
    camera.visible(skin="shadow", cloth="on", hair="shadow", **NOTHING_ELSE)
    with camera.fewer_samples(CLOTH_SAMPLES):
        camera.render(cloth, studio.layer_pixels // 2)
    if hair:
        # Light comes through where the head is: in its shadow hair would be black. The shadow is painted instead.
        camera.visible(skin="off", cloth="shadow", hair="on", **NOTHING_ELSE)
        camera.render(hair, studio.layer_pixels)
    picture_behind(hair, cloth, studio.file("hair_back"), studio.person, studio.view)
