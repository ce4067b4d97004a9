//! A diagram as SVG: the same bytes on every machine, for light and dark pages alike.
//!
//! No font is measured, which no two machines would do alike: a letter is as wide as it usually is. Nothing needs a
//! style sheet or a script.

use {
    super::{
        layout::{Layout, Sized, layout},
        mermaid::{Diagram, Edge, Entity},
    },
    std::{
        collections::{BTreeMap, BTreeSet},
        fmt::Write as _,
    },
};

/// How high a line of text is, and how wide a letter of the names, and of the columns.
const LINE: f64 = 18.0;
const NAME_LETTER: f64 = 10.0;
const COLUMN_LETTER: f64 = 6.9;
/// Around everything, and within boxes.
const MARGIN: f64 = 24.0;
const PADDING: f64 = 10.0;
const HEAD: f64 = 28.0;
/// Colours of lines, one after the other, dark enough on white to tell apart where lines lie close.
const COLOURS: [&str; 8] =
    ["#2563eb", "#b45309", "#047857", "#be185d", "#6d28d9", "#0e7490", "#b91c1c", "#4d7c0f"];
const INK: &str = "#1f2937";
const FAINT: &str = "#6b7280";

/// Draws a diagram.
pub fn draw(diagram: &Diagram) -> String {
    let mut boxes: Vec<_> = diagram.entities.iter().map(sized).collect();
    let edges: Vec<_> = diagram.edges.iter().map(|it| (it.from, it.to)).collect();
    let mut placed = layout(&boxes, &edges);
    for edge in &diagram.edges {
        for end in [edge.from, edge.to] {
            boxes[end].width = placed.widths[end];
        }
    }
    let alone = stand_apart(diagram, &boxes, &mut placed);
    for corner in &mut placed.corners {
        *corner = (corner.0 + MARGIN, corner.1 + MARGIN);
    }
    for bend in placed.bends.iter_mut().flatten() {
        *bend = (bend.0 + MARGIN, bend.1 + MARGIN);
    }
    let (width, height) = (placed.size.0 + 2.0 * MARGIN, placed.size.1.max(alone) + 2.0 * MARGIN);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" \
         height=\"{height:.0}\" font-family=\"ui-sans-serif, system-ui, sans-serif\" font-size=\"13\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n"
    );
    // Lines are told apart by what they lead to, not by where they come from.
    let targets: BTreeSet<_> = diagram.edges.iter().map(|it| it.to).collect();
    let colours: BTreeMap<_, _> = targets.into_iter().zip(COLOURS.iter().cycle()).collect();
    for (edge, bends) in diagram.edges.iter().zip(&placed.bends) {
        line(&mut svg, diagram, edge, (&placed.corners, &boxes), (bends, colours[&edge.to]));
    }
    for (index, entity) in diagram.entities.iter().enumerate() {
        table(&mut svg, entity, placed.corners[index], boxes[index]);
    }
    svg.push_str("</svg>\n");
    svg
}

/// How long a row of tables that stand apart may be, however narrow the rest is.
const ROW_MIN: f64 = 1_000.0;

/// Puts the tables that nothing leads to or from into rows below the others; how far down these reach.
fn stand_apart(diagram: &Diagram, boxes: &[Sized], placed: &mut Layout) -> f64 {
    let is_alone =
        |it: &usize| !diagram.edges.iter().any(|edge| edge.from == *it || edge.to == *it);
    let alone: Vec<_> = (0..boxes.len()).filter(is_alone).collect();
    let others = || (0..boxes.len()).filter(|it| !alone.contains(it));
    // They had room of their own above the others.
    let tops = others().map(|it| placed.corners[it].1);
    let top = tops.chain(placed.bends.iter().flatten().map(|it| it.1)).fold(f64::MAX, f64::min);
    for at in placed.corners.iter_mut().chain(placed.bends.iter_mut().flatten()) {
        at.1 -= top;
    }
    let ends = others().map(|it| {
        (placed.corners[it].0 + boxes[it].width, placed.corners[it].1 + boxes[it].height)
    });
    let (right, bottom) =
        ends.fold((0.0_f64, 0.0_f64), |all, it| (all.0.max(it.0), all.1.max(it.1)));
    // Lines that pass below all boxes pass above these.
    let bottom = placed.bends.iter().flatten().map(|it| it.1).fold(bottom, f64::max);
    let right = right.max(ROW_MIN);
    let (mut x, mut y, mut row) =
        (0.0, if bottom > 0.0 { bottom + 2.0 * MARGIN } else { 0.0 }, 0.0_f64);
    let mut widest = right;
    for it in alone {
        if x > 0.0 && x + boxes[it].width > right {
            (x, y, row) = (0.0, y + row + MARGIN, 0.0);
        }
        placed.corners[it] = (x, y);
        x += boxes[it].width + MARGIN;
        row = row.max(boxes[it].height);
        widest = widest.max(x - MARGIN);
    }
    placed.size = (widest, y + row);
    if row > 0.0 { y + row } else { bottom }
}

fn sized(entity: &Entity) -> Sized {
    let letters =
        |text: &str| text.chars().map(|it| if it.is_ascii() { 1.0 } else { 1.7 }).sum::<f64>();
    let of = |it: &super::mermaid::Attribute| {
        let gaps = if it.keys.is_empty() { 1.5 } else { 3.0 };
        (letters(&it.name) + letters(&it.kind) + letters(&it.keys) + gaps) * COLUMN_LETTER
    };
    let widest = entity.columns.iter().map(of).fold(letters(&entity.name) * NAME_LETTER, f64::max);
    #[expect(clippy::cast_precision_loss, reason = "a table has few columns")]
    let lines = entity.columns.len() as f64;
    let below = if lines > 0.0 { lines * LINE + 6.0 } else { 0.0 };
    Sized { width: (widest + 2.0 * PADDING).ceil(), height: HEAD + below }
}

fn table(svg: &mut String, entity: &Entity, (x, y): (f64, f64), size: Sized) {
    let Sized { width, height } = size;
    let name = escaped(&entity.name);
    let (edge, head) =
        if entity.columns.is_empty() { ("#9ca3af", "#f3f4f6") } else { ("#374151", "#dbeafe") };
    let _ = write!(
        svg,
        "<g data-table=\"{name}\"><title>{name}</title>\
         <rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"5\" fill=\"#ffffff\" stroke=\"{edge}\"/>\
         <path d=\"M{x:.1} {:.1}v{:.1}a5 5 0 0 1 5 -5h{:.1}a5 5 0 0 1 5 5v{:.1}z\" fill=\"{head}\" stroke=\"{edge}\"/>\
         <text x=\"{:.1}\" y=\"{:.1}\" font-weight=\"600\" font-size=\"14\" fill=\"{INK}\">{name}</text>",
        y + HEAD,
        5.0 - HEAD,
        width - 10.0,
        HEAD - 5.0,
        x + PADDING,
        y + 19.0
    );
    for (column, row) in entity.columns.iter().zip(1_u16..) {
        let base = y + HEAD + f64::from(row) * LINE - 3.0;
        let weight = if column.keys.contains("PK") { " font-weight=\"600\"" } else { "" };
        let keys =
            if column.keys.is_empty() { String::new() } else { format!("{}  ", column.keys) };
        let _ = write!(
            svg,
            "<text x=\"{:.1}\" y=\"{base:.1}\" font-size=\"12\" fill=\"{INK}\"{weight}>{}</text>\
             <text x=\"{:.1}\" y=\"{base:.1}\" font-size=\"11\" fill=\"{FAINT}\" text-anchor=\"end\">{}{}</text>",
            x + PADDING,
            escaped(&column.name),
            x + width - PADDING,
            escaped(&keys),
            escaped(&column.kind)
        );
    }
    svg.push_str("</g>\n");
}

/// A line from the column that refers to the head of what it refers to, with the foot of a crow where many do.
fn line(
    svg: &mut String,
    diagram: &Diagram,
    edge: &Edge,
    (corners, boxes): (&[(f64, f64)], &[Sized]),
    (bends, colour): (&[(f64, f64)], &str),
) {
    let (from, to) = (corners[edge.from], corners[edge.to]);
    let row = diagram.entities[edge.from].columns.iter().position(|it| it.name == edge.label);
    let row = row
        .and_then(|it| u16::try_from(it).ok())
        .map_or(HEAD / 2.0, |it| HEAD + f64::from(it) * LINE + LINE / 2.0);
    let is_leftwards = from.0 > to.0;
    let start = (if is_leftwards { from.0 } else { from.0 + boxes[edge.from].width }, from.1 + row);
    let end = (
        if is_leftwards || (from.0 - to.0).abs() < 1.0 {
            to.0 + boxes[edge.to].width
        } else {
            to.0
        },
        to.1 + HEAD / 2.0,
    );
    let dashes = if edge.is_optional { " stroke-dasharray=\"5 3\"" } else { "" };
    let way = way(start, bends, end, is_leftwards);
    let _ = write!(
        svg,
        "<g data-from=\"{}\" data-to=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.3\"><path d=\"{way}\"{dashes}/>",
        escaped(&diagram.entities[edge.from].name),
        escaped(&diagram.entities[edge.to].name)
    );
    let out = if is_leftwards { -1.0 } else { 1.0 };
    let (x, y) = start;
    if edge.is_sole {
        let _ = write!(svg, "<path d=\"M{:.1} {:.1}v10\"/>", x + 6.0 * out, y - 5.0);
    } else {
        let tip = x + 10.0 * out;
        let _ = write!(
            svg,
            "<path d=\"M{x:.1} {:.1}L{tip:.1} {y:.1}L{x:.1} {:.1}\"/>",
            y - 5.0,
            y + 5.0
        );
    }
    let _ = write!(
        svg,
        "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"2.5\" fill=\"{colour}\"/>",
        end.0, end.1
    );
    svg.push_str("</g>\n");
}

/// A curve through points, level at each.
fn way(start: (f64, f64), bends: &[(f64, f64)], end: (f64, f64), is_leftwards: bool) -> String {
    let mut way = format!("M{:.1} {:.1}", start.0, start.1);
    if !is_leftwards {
        // Within a column, or back: around the right side.
        let right = start.0.max(end.0) + 50.0;
        let _ = write!(
            way,
            "C{right:.1} {:.1} {right:.1} {:.1} {:.1} {:.1}",
            start.1, end.1, end.0, end.1
        );
        return way;
    }
    let mut at = start;
    for next in bends.iter().chain([&end]) {
        let middle = f64::midpoint(at.0, next.0);
        let _ = write!(
            way,
            "C{middle:.1} {:.1} {middle:.1} {:.1} {:.1} {:.1}",
            at.1, next.1, next.0, next.1
        );
        at = *next;
    }
    way
}

fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            // What XML does not take at all, and what would break a line.
            it if it.is_control() => escaped.push(' '),
            it => escaped.push(it),
        }
    }
    escaped
}
