//! The pictures of the page: the cost of a call, and calls per second.

use std::path::Path;

use lab::load::Work;
use plotters::coord::Shift;
use plotters::coord::ranged1d::{DefaultFormatting, KeyPointHint};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::figures::{All, Kind};

const FONT: &str = "sans-serif";
const INK: RGBColor = RGBColor(0x22, 0x22, 0x22);
const FAINT: RGBColor = RGBColor(0xdd, 0xdd, 0xdd);

type Drawn<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// Draws all of them into a folder.
pub fn draw(all: &All, folder: &Path) -> Result<(), String> {
    let draw = || -> Drawn {
        std::fs::create_dir_all(folder)?;
        cost(all, &folder.join("cost-by-layer.svg"))?;
        throughput(all, &folder.join("throughput.svg"))
    };
    draw().map_err(|error| format!("could not draw into {}: {error}", folder.display()))
}

/// One colour for each kind in both pictures. They also differ in lightness, for
/// colour-blind readers.
fn colour(kind: Kind) -> RGBColor {
    match kind {
        Kind::Bare => RGBColor(0x9a, 0x9a, 0x9a),
        Kind::Native => RGBColor(0x6b, 0x4c, 0x9a),
        Kind::MinimalReused => RGBColor(0xa6, 0xdb, 0xb4),
        Kind::MinimalFresh => RGBColor(0x2a, 0x8a, 0x4a),
        Kind::Reused => RGBColor(0x56, 0xb4, 0xe9),
        Kind::Fresh => RGBColor(0x00, 0x4c, 0x8c),
        Kind::Fetch => RGBColor(0xe6, 0x9f, 0x00),
        _ => RGBColor(0xb8, 0x3a, 0x1a),
    }
}

fn text(size: u32) -> TextStyle<'static> {
    (FONT, size).into_font().color(&INK)
}

/// A bar for each kind: the median latency of one call at a time.
fn cost(all: &All, path: &Path) -> Drawn {
    const WORK: Work = Work::GetContactById;
    const ROW: u32 = 52;
    let bars: Vec<_> = Kind::COMPARED
        .into_iter()
        .filter_map(|kind| {
            Some((
                kind,
                all.median(kind, WORK, 1, |it| Some(it.latency_us[0]))?,
            ))
        })
        .collect();
    let rows = bars.len() as u32;
    let most = bars.iter().map(|(_, us)| *us).fold(1.0, f64::max);
    let area = SVGBackend::new(path, (760, 110 + rows * ROW)).into_drawing_area();
    area.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&area)
        .caption("One call at a time: reading a contact", text(20))
        .margin(14)
        .margin_right(30)
        .x_label_area_size(44)
        .build_cartesian_2d(0.0..most * 1.12, f64::from(rows)..0.0)?;
    chart
        .configure_mesh()
        .disable_y_mesh()
        .disable_y_axis()
        .x_desc("µs per call, median; includes the server and loopback")
        .x_label_formatter(&|us| format!("{us:.0}"))
        .x_label_style(text(13))
        .axis_desc_style(text(14))
        .axis_style(FAINT)
        .bold_line_style(FAINT)
        .light_line_style(TRANSPARENT)
        .draw()?;
    for (row, (kind, us)) in bars.into_iter().enumerate() {
        let top = row as f64;
        let left = Pos::new(HPos::Left, VPos::Center);
        let name = text(14).pos(left);
        let bar = [(0.0, top + 0.42), (us, top + 0.88)];
        chart.draw_series([Rectangle::new(bar, colour(kind).filled())])?;
        chart.draw_series([Text::new(kind.name(), (0.0, top + 0.2), name.clone())])?;
        let value = (us + most * 0.008, top + 0.65);
        chart.draw_series([Text::new(format!("{us:.0}"), value, name)])?;
    }
    area.present()?;
    Ok(())
}

/// A line for each kind, over the calls in flight.
fn throughput(all: &All, path: &Path) -> Drawn {
    let rates = || all.curve.iter().map(|run| run.figures.rate);
    let lowest = rates().fold(f64::INFINITY, f64::min);
    let highest = rates().fold(1.0, f64::max);
    let flights = all.curve.iter().map(|run| run.figures.in_flight as f64);
    let widest = flights.fold(2.0, f64::max);
    let area = SVGBackend::new(path, (930, 470)).into_drawing_area();
    area.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&area)
        .caption(
            "Many calls in flight, on one core: reading a contact",
            text(20),
        )
        .margin(14)
        .margin_right(LEGEND)
        .x_label_area_size(48)
        .y_label_area_size(76)
        .build_cartesian_2d(Doubling(1.0, widest), around(lowest, highest))?;
    chart
        .configure_mesh()
        .x_desc("calls in flight")
        .y_desc("calls per second")
        .x_labels(11)
        .x_label_formatter(&|flights| format!("{flights:.0}"))
        .y_label_formatter(&|rate| format!("{rate:.0}"))
        .label_style(text(13))
        .axis_desc_style(text(14))
        .axis_style(INK)
        .bold_line_style(FAINT)
        .light_line_style(TRANSPARENT)
        .draw()?;
    for kind in Kind::COMPARED {
        let runs = all.curve.iter().filter(|run| run.kind == kind);
        let points: Vec<_> = runs
            .map(|run| (run.figures.in_flight as f64, run.figures.rate))
            .collect();
        if points.is_empty() {
            continue;
        }
        let line = colour(kind).stroke_width(3);
        chart.draw_series(LineSeries::new(points.clone(), line))?;
        let dots = points.into_iter();
        chart.draw_series(dots.map(|point| Circle::new(point, 4, colour(kind).filled())))?;
    }
    legend(all, &area)?;
    area.present()?;
    Ok(())
}

/// The width of the legend.
const LEGEND: u32 = 240;

/// The names of the lines, the one that ends highest first.
fn legend(all: &All, area: &DrawingArea<SVGBackend<'_>, Shift>) -> Drawn {
    let last = all.curve.iter().map(|run| run.figures.in_flight).max();
    let mut runs: Vec<_> = all.curve.iter().collect();
    runs.retain(|run| Some(run.figures.in_flight) == last);
    runs.sort_by(|one, other| other.figures.rate.total_cmp(&one.figures.rate));
    let left = area.dim_in_pixel().0 as i32 - LEGEND as i32 + 14;
    for (run, row) in runs.into_iter().zip(0..) {
        let y = 70 + 26 * row;
        let line = colour(run.kind).stroke_width(3);
        area.draw(&PathElement::new([(left, y), (left + 20, y)], line))?;
        let name = text(13).pos(Pos::new(HPos::Left, VPos::Center));
        area.draw(&Text::new(run.kind.name(), (left + 27, y), name))?;
    }
    Ok(())
}

/// A logarithmic axis to base 2, with a mark for each doubling.
struct Doubling(f64, f64);

/// The axis from below the lowest to above the highest figure, by round numbers.
fn around(lowest: f64, highest: f64) -> Doubling {
    const ROUND: f64 = 125.0;
    let doublings = |figure: f64| (figure / ROUND).log2();
    let at = |doublings: f64| ROUND * doublings.exp2();
    Doubling(
        at(doublings(lowest * 0.95).floor()),
        at(doublings(highest * 1.05).ceil()),
    )
}

impl Ranged for Doubling {
    type FormatOption = DefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        let share = (value / self.0).log2() / (self.1 / self.0).log2();
        limit.0 + (share * f64::from(limit.1 - limit.0)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, _: Hint) -> Vec<f64> {
        let doubled = |last: &f64| Some(last * 2.0);
        let points = std::iter::successors(Some(self.0), doubled);
        points.take_while(|point| *point <= self.1).collect()
    }

    fn range(&self) -> std::ops::Range<f64> {
        self.0..self.1
    }
}
