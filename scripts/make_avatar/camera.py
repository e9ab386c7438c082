"""The photographer: camera, light, rendering and baking."""

from contextlib import contextmanager

import bpy
import cv2
from mathutils import Vector

# Rays a texel where only colours are baked.
COLOR_SAMPLES = 4


def setup(eye_y, view, samples, threads):
    """Camera, lights and the way the picture is rendered; view: `camera` of the manifest."""
    scene = bpy.context.scene
    c = bpy.data.cameras.new("camera")
    camera = bpy.data.objects.new("camera", c)
    scene.collection.objects.link(camera)
    scene.camera = camera
    camera.location = (0, view["cy"], view["dist"])
    c.sensor_width = 36
    c.lens = 36 * view["dist"] / (2 * view["half_render"])

    def area(loc, size, energy, color, glossy=True):
        l = bpy.data.lights.new("area", "AREA")
        l.energy, l.size, l.shape, l.color = energy, size, "DISK", color
        o = bpy.data.objects.new("area", l)
        scene.collection.objects.link(o)
        o.location = loc
        o.visible_glossy = glossy
        o.rotation_euler = (Vector((0, eye_y - 0.25, 0.6)) - Vector(loc)).to_track_quat("-Z", "Y").to_euler()

    area((-4.4, eye_y + 3.0, 5.8), 2.6, 640, (1, 0.935, 0.86))  # soft key
    area((5.0, eye_y + 0.6, 5.0), 5.0, 85, (0.88, 0.93, 1), False)  # fill
    area((3.8, eye_y + 1.6, -3.4), 2.2, 250, (0.86, 0.93, 1), False)
    area((-4.2, eye_y + 2.2, -4), 2.2, 230, (1, 0.92, 0.82), False)  # rims
    area((0, eye_y - 4, 5), 4.0, 45, (1, 0.92, 0.86), False)  # bounce
    w = bpy.data.worlds.new("world")
    scene.world = w
    w.use_nodes = True
    bg = w.node_tree.nodes["Background"]
    bg.inputs[0].default_value = (0.80, 0.85, 0.92, 1)
    bg.inputs[1].default_value = 0.20
    scene.render.engine = "CYCLES"
    scene.cycles.device = "CPU"
    scene.cycles.samples = samples
    scene.cycles.use_adaptive_sampling = True
    scene.cycles.adaptive_threshold = 0.03
    scene.cycles.use_denoising = True
    scene.cycles.denoiser = "OPENIMAGEDENOISE"
    scene.cycles.max_bounces = 4
    scene.cycles.transparent_max_bounces = 8
    scene.render.use_persistent_data = True
    scene.render.threads_mode = "FIXED"
    scene.render.threads = threads
    scene.render.film_transparent = True
    scene.render.image_settings.file_format = "PNG"
    scene.render.image_settings.color_mode = "RGBA"
    scene.view_settings.view_transform = "AgX"
    scene.view_settings.look = "AgX - Medium High Contrast"
    scene.view_settings.exposure = 0.12
    scene.render.bake.view_from = "ACTIVE_CAMERA"
    scene.render.bake.margin = 6
    scene.render.bake.use_clear = True


def visible(**groups):
    """
    What is seen, by the beginning of an object's name: "on", "off", "shadow" (only its shadow and light are) or "holdout"
    (it cuts a hole).
    """
    for o in bpy.context.scene.objects:
        for name, mode in groups.items():
            if o.name.startswith(name):
                o.hide_render = mode == "off"
                o.visible_camera = mode in ("on", "holdout")
                o.is_holdout = mode == "holdout"


@contextmanager
def fewer_samples(share):
    """For a while only this share of the rays a pixel."""
    cycles = bpy.context.scene.cycles
    samples, cycles.samples = cycles.samples, max(1, int(cycles.samples * share))
    yield
    cycles.samples = samples


def render(path, res, border=None):
    """Render to PNG; border (x0, y0, x1, y1) as fractions from the top left. -> RGBA array."""
    r = bpy.context.scene.render
    r.resolution_x = r.resolution_y = res
    r.use_border = r.use_crop_to_border = border is not None
    if border:
        r.border_min_x, r.border_max_x, r.border_min_y, r.border_max_y = (
            border[0],
            border[2],
            1 - border[3],
            1 - border[1],
        )
    r.filepath = path
    bpy.ops.render.render(write_still=True)
    return cv2.imread(path, cv2.IMREAD_UNCHANGED)


def bake_color(thing, image, path):
    """Bake the colour of thing alone, without light, into image and write it, tone mapped as if it were evenly lit."""
    scene = bpy.context.scene
    samples, scene.cycles.samples = scene.cycles.samples, COLOR_SAMPLES
    bake(thing, image, path, kind="DIFFUSE", pass_filter={"COLOR"})
    scene.cycles.samples = samples


def bake(thing, image, path, clear=True, kind="COMBINED", **options):
    """Bake the lit appearance (as seen from the camera) of thing into image and write it, tone mapped."""
    scene = bpy.context.scene
    for o in scene.objects:
        o.select_set(False)
    scene.render.use_border = False
    thing.select_set(True)
    bpy.context.view_layer.objects.active = thing
    scene.render.bake.use_clear = clear
    bpy.ops.object.bake(type=kind, **options)
    scene.render.image_settings.color_mode = "RGB"
    image.save_render(path, scene=scene)
    scene.render.image_settings.color_mode = "RGBA"
    return cv2.imread(path)
