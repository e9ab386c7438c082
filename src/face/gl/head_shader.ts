/**
 * How the head is coloured: the same formulas as `../skin.ts` and `../eyes.ts`, in GLSL ES 3.00. Vertices come projected
 * (x, y: -1..1; z: decimetres, greater is nearer), so that everything varies linearly over a triangle, as it does there.
 */

/** By their places. */
export const ATTRIBUTES = ["at", "standing", "uv", "region", "depth", "smiles", "frowns"];

/** What a list of triangles shows; the shader's `part`. */
export const PARTS = { skin: 0, eyes: 1, mouth: 2, lashes: 3 };
export type Part = keyof typeof PARTS;

export const VERTEX = `#version 300 es
in vec3 at;
// Of the eyes: where the standing shadow of the lids is read.
in vec2 standing;
in vec2 uv;
// Left lid, right lid, mouth's surroundings, inside of the mouth.
in vec4 region;
// 0 deep in the mouth .. 1 at the lips.
in float depth;
// How much the vertex creases: smiles and outer brows; inner brow, corners of the mouth, frown.
in vec4 smiles;
in vec4 frowns;
uniform vec4 smiling;
uniform vec4 frowning;
uniform vec3 light;
uniform vec2 shade;
uniform float nearer;
centroid out vec2 place;
centroid out vec2 still;
out float share;
out vec2 crease;
void main() {
  place = uv;
  still = standing;
  vec3 moved = region.rgb * light;
  float mix = max(max(moved.r, moved.g), max(moved.b, region.a));
  share = shade.y > 0.0 ? shade.x + shade.y * depth : mix;
  crease = min(vec2(dot(smiles, smiling) + frowns.x * frowning.x, dot(frowns.yzw, frowning.yzw)), 1.0);
  gl_Position = vec4(at.xy, -(at.z + nearer) / 128.0, 1.0);
}`;

export const FRAGMENT = `#version 300 es
precision highp float;
uniform sampler2D first;
uniform sampler2D second;
uniform sampler2D creased;
uniform int part;
centroid in vec2 place;
centroid in vec2 still;
in float share;
in vec2 crease;
out vec4 color;
void main() {
  vec4 texel = texture(first, place);
  if (part == 0) {
    vec3 skin = mix(texel.rgb, texture(second, place).rgb, share);
    vec2 more = crease * (texture(creased, place).rg * 255.0 - 128.0) / 128.0;
    // Red light comes from further away under the skin.
    vec3 depths = vec3(0.75, 1.0, 1.0);
    color = vec4(min(min(skin * (1.0 + more.r * depths), 1.0) * (1.0 + more.g * depths), 1.0), 1.0);
  } else if (part == 1) {
    // Red darkens, green is the reflection.
    vec2 map = texture(second, still).rg;
    color = vec4(texel.rgb * map.r + map.g, 1.0);
  } else if (part == 2) {
    // What little light there is in a mouth comes from its flesh.
    color = vec4(texel.rgb * share * mix(vec3(1.0, 0.75, 0.7), vec3(1.0), share), 1.0);
  }
  else color = vec4(vec3(7.0, 6.0, 8.0) / 255.0 * texel.r, texel.r);
}`;
