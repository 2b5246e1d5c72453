//! Draws the window's triangles in software, so that tests see the same pixels on every machine, with no driver.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::Path;
use std::rc::Rc;

use anyhow::Context as _;
use eframe::egui::epaint::textures::TexturesDelta;
use eframe::egui::epaint::{ImageData, Mesh, Primitive, Vertex};
use eframe::egui::{Color32, Context, FullOutput, Rect, TextureId};
use egui_kittest::TestRenderer;

/// Textures as egui keeps them up to date. Clones share them: one goes into a harness, one stays with the test.
#[derive(Clone, Default)]
pub(crate) struct Raster(Rc<RefCell<HashMap<TextureId, Image>>>);

/// Pixels in rows from the top, with premultiplied alpha.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Image {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) pixels: Vec<Color32>,
}

impl TestRenderer for Raster {
    fn handle_delta(&mut self, delta: &mut TexturesDelta) {
        let mut textures = self.0.borrow_mut();
        for (id, deltas) in delta.set.drain() {
            for delta in deltas {
                let ImageData::Color(source) = &delta.image;
                let [width, height] = source.size;
                let Some([left, top]) = delta.pos else {
                    textures.insert(id, Image { width, height, pixels: source.pixels.clone() });
                    continue;
                };
                let Some(target) = textures.get_mut(&id) else { continue };
                for (row, pixels) in source.pixels.chunks(width.max(1)).enumerate() {
                    let at = (top + row) * target.width + left;
                    target.pixels[at..at + width].copy_from_slice(pixels);
                }
            }
        }
        for id in delta.free.drain() {
            textures.remove(&id);
        }
    }
}

impl Raster {
    /// Draws what egui put out, on a canvas of so many points.
    pub(crate) fn draw(&self, ctx: &Context, output: &FullOutput) -> Image {
        let scale = output.pixels_per_point;
        let size = ctx.content_rect().size() * scale;
        let (width, height) = (size.x.round() as usize, size.y.round() as usize);
        let mut image = Image { width, height, pixels: vec![Color32::BLACK; width * height] };
        let textures = self.0.borrow();
        for clipped in ctx.tessellate(output.shapes.clone(), scale) {
            let Primitive::Mesh(mesh) = &clipped.primitive else { continue };
            if let Some(texture) = textures.get(&mesh.texture_id) {
                image.mesh(mesh, texture, clipped.clip_rect, scale);
            }
        }
        image
    }
}

/// A pixel is divided into this many steps each way, so that triangles with a common edge share no pixel and leave none.
const STEPS: f32 = 256.0;

impl Image {
    fn mesh(&mut self, mesh: &Mesh, texture: &Self, clip: Rect, scale: f32) {
        let edge = |value: f32, most: usize| (value * scale).round().clamp(0.0, most as f32) as i64;
        let clip = [
            edge(clip.left(), self.width),
            edge(clip.top(), self.height),
            edge(clip.right(), self.width),
            edge(clip.bottom(), self.height),
        ];
        for corners in mesh.indices.chunks_exact(3) {
            let [a, b, c] = [0, 1, 2].map(|corner| &mesh.vertices[corners[corner] as usize]);
            self.triangle([a, b, c], texture, clip, scale);
        }
    }

    fn triangle(&mut self, mut corners: [&Vertex; 3], texture: &Self, clip: [i64; 4], scale: f32) {
        let fixed = |vertex: &Vertex| {
            let step = |value: f32| (value * scale * STEPS).round() as i64;
            [step(vertex.pos.x), step(vertex.pos.y)]
        };
        let mut at = corners.map(fixed);
        let cross =
            |a: [i64; 2], b: [i64; 2], p: [i64; 2]| (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]);
        let mut area = cross(at[0], at[1], at[2]);
        if area < 0 {
            corners.swap(1, 2);
            at.swap(1, 2);
            area = -area;
        }
        if area == 0 {
            return;
        }
        // A pixel on an edge belongs to the triangle whose top or left edge it is.
        let owned = [(1, 2), (2, 0), (0, 1)].map(|(from, to): (usize, usize)| {
            let (dx, dy) = (at[to][0] - at[from][0], at[to][1] - at[from][1]);
            if dy < 0 || (dy == 0 && dx > 0) { 0 } else { 1 }
        });
        let steps = STEPS as i64;
        let range = |axis: usize| {
            let values = at.map(|point| point[axis]);
            let (low, high) = (*values.iter().min().expect("three"), *values.iter().max().expect("three"));
            (low.div_euclid(steps).max(clip[axis]), (high.div_euclid(steps) + 1).min(clip[axis + 2]))
        };
        let ((left, right), (top, bottom)) = (range(0), range(1));
        for y in top..bottom {
            for x in left..right {
                let point = [x * steps + steps / 2, y * steps + steps / 2];
                let weights = [cross(at[1], at[2], point), cross(at[2], at[0], point), cross(at[0], at[1], point)];
                if weights.iter().zip(owned).any(|(weight, least)| *weight < least) {
                    continue;
                }
                let share = weights.map(|weight| weight as f32 / area as f32);
                let mix = |value: &dyn Fn(&Vertex) -> f32| (0..3).map(|i| value(corners[i]) * share[i]).sum::<f32>();
                let texel = texture.sample(mix(&|v| v.uv.x), mix(&|v| v.uv.y));
                let source: [f32; 4] = std::array::from_fn(|channel| {
                    mix(&|v| f32::from(v.color.to_array()[channel])) * texel[channel] / 255.0
                });
                self.blend(x as usize, y as usize, source);
            }
        }
    }

    /// Bilinear, as the window's own renderer samples.
    fn sample(&self, u: f32, v: f32) -> [f32; 4] {
        let (x, y) = (u * self.width as f32 - 0.5, v * self.height as f32 - 0.5);
        let pixel = |x: f32, y: f32| {
            let clamp = |value: f32, size: usize| value.clamp(0.0, size as f32 - 1.0) as usize;
            self.pixels[clamp(y, self.height) * self.width + clamp(x, self.width)].to_array().map(f32::from)
        };
        let (left, top) = (x.floor(), y.floor());
        let (fx, fy) = (x - left, y - top);
        let [a, b, c, d] =
            [pixel(left, top), pixel(left + 1.0, top), pixel(left, top + 1.0), pixel(left + 1.0, top + 1.0)];
        std::array::from_fn(|i| (a[i] * (1.0 - fx) + b[i] * fx) * (1.0 - fy) + (c[i] * (1.0 - fx) + d[i] * fx) * fy)
    }

    fn blend(&mut self, x: usize, y: usize, source: [f32; 4]) {
        let target = &mut self.pixels[y * self.width + x];
        let under = target.to_array();
        let rest = 1.0 - source[3] / 255.0;
        let [r, g, b, a] =
            std::array::from_fn(|i| (source[i] + f32::from(under[i]) * rest).round().clamp(0.0, 255.0) as u8);
        *target = Color32::from_rgba_premultiplied(r, g, b, a);
    }

    /// How many pixels of a part are other than in an image of the same size.
    pub(crate) fn differing_in(&self, other: &Self, part: Rect) -> usize {
        let clamp = |value: f32, most: usize| value.clamp(0.0, most as f32) as usize;
        let (left, right) = (clamp(part.left(), self.width), clamp(part.right(), self.width));
        let rows = clamp(part.top(), self.height)..clamp(part.bottom(), self.height);
        let row = |image: &'_ Self, y: usize| image.pixels[y * image.width + left..y * image.width + right].to_vec();
        rows.map(|y| row(self, y).iter().zip(row(other, y)).filter(|(one, two)| **one != *two).count()).sum()
    }

    /// The image without so many pixels at each edge.
    pub(crate) fn inner(&self, margin: usize) -> Self {
        let (width, height) = (self.width - 2 * margin, self.height - 2 * margin);
        let rows = self.pixels.chunks(self.width).skip(margin).take(height);
        Self { width, height, pixels: rows.flat_map(|row| &row[margin..margin + width]).copied().collect() }
    }

    /// How many pixels are other than in another image, and where, lit up; None where they are the same. An image of
    /// another size is other throughout.
    pub(crate) fn difference(&self, other: &Self) -> Option<(usize, Self)> {
        if (self.width, self.height) != (other.width, other.height) {
            return Some((self.pixels.len(), self.clone()));
        }
        let mut count = 0;
        let pixels = self.pixels.iter().zip(&other.pixels).map(|(one, two)| {
            let same = one == two;
            count += usize::from(!same);
            if same { one.gamma_multiply(0.25).to_opaque() } else { Color32::WHITE }
        });
        let image = Self { width: self.width, height: self.height, pixels: pixels.collect() };
        (count > 0).then_some((count, image))
    }

    /// Reads an image that [`Self::save`] wrote.
    pub(crate) fn load(path: &Path) -> anyhow::Result<Self> {
        let mut reader = png::Decoder::new(std::io::BufReader::new(std::fs::File::open(path)?)).read_info()?;
        let mut bytes = vec![0; reader.output_buffer_size().context("is larger than memory")?];
        let info = reader.next_frame(&mut bytes)?;
        let pixels = bytes[..info.buffer_size()].chunks_exact(3).map(|p| Color32::from_rgb(p[0], p[1], p[2])).collect();
        Ok(Self { width: info.width as usize, height: info.height as usize, pixels })
    }

    /// Writes the image as a PNG file, making its folder where there is none.
    pub(crate) fn save(&self, path: &Path) -> anyhow::Result<()> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let file = std::io::BufWriter::new(std::fs::File::create(path)?);
        let mut encoder = png::Encoder::new(file, u32::try_from(self.width)?, u32::try_from(self.height)?);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        // Flat colours and text: rows that are kept as they are take the least room.
        encoder.set_compression(png::Compression::High);
        encoder.set_filter(png::Filter::NoFilter);
        let bytes: Vec<u8> = self.pixels.iter().flat_map(|pixel| [pixel.r(), pixel.g(), pixel.b()]).collect();
        encoder.write_header()?.write_image_data(&bytes)?;
        Ok(())
    }
}
