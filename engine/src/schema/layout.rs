//! Where the boxes of a diagram stand: in columns, each to the right of those that it refers to.
//!
//! The usual four steps of a layered drawing: circles are broken, each box gets a column, boxes of a column
//! are ordered so that few lines cross, and each is moved to where its lines are short. A line that passes a
//! column has a place of its own there, so that it goes around boxes and not through them.

/// A box, by its size.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sized {
    /// How wide.
    pub width: f64,
    /// How high.
    pub height: f64,
}

/// Where everything stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    /// The left upper corner of each box.
    pub corners: Vec<(f64, f64)>,
    /// The points between its ends that each line passes, from right to left; none for a line within a
    /// column or back.
    pub bends: Vec<Vec<(f64, f64)>>,
    /// How wide each box is: as wide as its column.
    pub widths: Vec<f64>,
    /// How much room it takes.
    pub size: (f64, f64),
}

/// Between columns, and between boxes of a column.
const GAP: (f64, f64) = (110.0, 22.0);
/// How much room a line takes that passes a column.
const LANE: f64 = 10.0;
/// How high a column may grow before boxes that nothing refers to move on to the next.
const HEIGHT_MAX: f64 = 1_300.0;
/// How many places there are at most; lines of larger diagrams go straight on.
const PLACES_MAX: usize = 2_000;
/// How often boxes are ordered, and moved.
const ROUNDS: usize = 12;

/// A place in a column: a box, or a line that passes.
struct Place {
    column: usize,
    size: Sized,
    left: Vec<usize>,
    right: Vec<usize>,
    /// The upper end.
    y: f64,
}

/// Lays out boxes; each edge leads from one that refers to one that it refers to.
pub fn layout(boxes: &[Sized], edges: &[(usize, usize)]) -> Layout {
    let columns = spread(columns(boxes.len(), edges), boxes, edges);
    let mut places: Vec<_> =
        boxes.iter().zip(&columns).map(|(size, column)| place(*column, *size)).collect();
    let mut passed = Vec::new();
    for (from, to) in edges {
        let mut chain = Vec::new();
        if columns[*from] > columns[*to] && places.len() < PLACES_MAX {
            let mut before = *from;
            for column in (columns[*to] + 1..columns[*from]).rev() {
                places.push(place(column, Sized { width: 0.0, height: LANE }));
                chain.push(places.len() - 1);
                join(&mut places, before, chain[chain.len() - 1]);
                before = chain[chain.len() - 1];
            }
            join(&mut places, before, *to);
        }
        passed.push(chain);
    }
    let order = ordered(&mut places);
    let lefts = lefts(&places, &order);
    let bends = passed.iter().map(|chain| {
        let bend = |it: &usize| {
            let (left, width) = lefts[places[*it].column];
            let y = places[*it].y + LANE / 2.0;
            [(left + width, y), (left, y)]
        };
        chain.iter().flat_map(bend).collect()
    });
    let corners = (0..boxes.len()).map(|it| (lefts[places[it].column].0, places[it].y));
    let corners: Vec<_> = corners.collect();
    let widths: Vec<_> = columns.iter().map(|it| lefts[*it].1).collect();
    let right = widths.iter().zip(&corners).map(|(it, at)| at.0 + it).fold(0.0, f64::max);
    let bottom = boxes.iter().zip(&corners).map(|(it, at)| at.1 + it.height).fold(0.0, f64::max);
    Layout { bends: bends.collect(), corners, widths, size: (right, bottom) }
}

fn place(column: usize, size: Sized) -> Place {
    Place { column, size, left: Vec::new(), right: Vec::new(), y: 0.0 }
}

fn join(places: &mut [Place], right: usize, left: usize) {
    places[right].left.push(left);
    places[left].right.push(right);
}

/// The column of each box: one more than that of the last that it refers to. An edge that leads back to
/// where it came from counts for nothing.
fn columns(count: usize, edges: &[(usize, usize)]) -> Vec<usize> {
    let mut refers = vec![Vec::new(); count];
    for (from, to) in edges.iter().filter(|(from, to)| from != to) {
        refers[*from].push(*to);
    }
    let mut columns = vec![None; count];
    let mut is_open = vec![false; count];
    for start in 0..count {
        // By hand, since a chain of tables may be longer than the stack is deep.
        let mut path = vec![(start, 0)];
        while let Some((at, next)) = path.pop() {
            if columns[at].is_some() {
                continue;
            }
            is_open[at] = true;
            if let Some(other) = refers[at].get(next) {
                path.push((at, next + 1));
                if columns[*other].is_none() && !is_open[*other] {
                    path.push((*other, 0));
                }
                continue;
            }
            let behind = refers[at].iter().filter_map(|it| columns[*it]);
            columns[at] = Some(behind.max().map_or(0, |it: usize| it + 1));
            is_open[at] = false;
        }
    }
    columns.into_iter().map(Option::unwrap_or_default).collect()
}

/// Moves what makes a column too high into the next one, and so on: of many tables that refer to one, half stand
/// behind the others. Only boxes that nothing refers to move, and one at least stays.
fn spread(mut columns: Vec<usize>, boxes: &[Sized], edges: &[(usize, usize)]) -> Vec<usize> {
    let mut is_leaf = vec![true; boxes.len()];
    let mut is_alone = vec![true; boxes.len()];
    for (from, to) in edges.iter().filter(|(from, to)| from != to) {
        (is_leaf[*to], is_alone[*to], is_alone[*from]) = (false, false, false);
    }
    let mut column = 0;
    while columns.contains(&column) {
        let here: Vec<_> =
            (0..boxes.len()).filter(|it| columns[*it] == column && !is_alone[*it]).collect();
        let height = |it: &usize| boxes[*it].height + GAP.1;
        let all: f64 = here.iter().map(height).sum();
        // As many columns of about one height.
        let share = all / (all / HEIGHT_MAX).ceil();
        let mut kept: f64 = here.iter().filter(|it| !is_leaf[**it]).map(height).sum();
        for it in here.into_iter().filter(|it| is_leaf[*it]) {
            if kept > 0.0 && kept + height(&it) / 2.0 > share {
                columns[it] += 1;
            } else {
                kept += height(&it);
            }
        }
        column += 1;
    }
    columns
}

/// Orders the places of each column, and sets how high each stands.
fn ordered(places: &mut [Place]) -> Vec<Vec<usize>> {
    let many = places.iter().map(|it| it.column + 1).max().unwrap_or_default();
    let mut order = vec![Vec::new(); many];
    for (index, it) in places.iter().enumerate() {
        order[it.column].push(index);
    }
    for column in &order {
        stack(places, column);
    }
    for round in 0..ROUNDS {
        let is_right = round % 2 == 0;
        let columns: Vec<usize> =
            if is_right { (0..many).collect() } else { (0..many).rev().collect() };
        for column in columns {
            let mut wanted: Vec<_> =
                order[column].iter().map(|it| (wish(places, *it, is_right), *it)).collect();
            wanted.sort_by(|a, b| a.0.total_cmp(&b.0));
            order[column] = wanted.into_iter().map(|it| it.1).collect();
            settle(places, &order[column], is_right);
        }
    }
    let top = places.iter().map(|it| it.y).fold(f64::MAX, f64::min);
    for it in places.iter_mut() {
        it.y -= top;
    }
    order
}

fn stack(places: &mut [Place], column: &[usize]) {
    let mut y = 0.0;
    for it in column {
        places[*it].y = y;
        y += places[*it].size.height + GAP.1;
    }
}

/// Where the middle of a place would be if its lines were level: on one side, or where it has none there, on
/// the other.
fn wish(places: &[Place], index: usize, is_right: bool) -> f64 {
    let it = &places[index];
    let (first, other) = if is_right { (&it.left, &it.right) } else { (&it.right, &it.left) };
    let sides = if first.is_empty() { other } else { first };
    if sides.is_empty() {
        return it.y + it.size.height / 2.0;
    }
    let sum: f64 = sides.iter().map(|it| places[*it].y + places[*it].size.height / 2.0).sum();
    #[expect(clippy::cast_precision_loss, reason = "few lines end at a box")]
    let many = sides.len() as f64;
    sum / many
}

/// Moves the places of a column as near to where they wish to be as their order and sizes allow.
fn settle(places: &mut [Place], column: &[usize], is_right: bool) {
    // With the room of those before it taken off, each may be anywhere behind the one before it: places that
    // would pass each other share the mean of their wishes.
    let mut groups: Vec<(f64, f64)> = Vec::new();
    let mut room = 0.0;
    let mut rooms = Vec::new();
    for it in column {
        let height = places[*it].size.height;
        let target = wish(places, *it, is_right) - height / 2.0 - room;
        rooms.push(room);
        room += height + gap(&places[*it]);
        groups.push((target, 1.0));
        while let [.., before, last] = groups.as_slice() {
            if before.0 <= last.0 {
                break;
            }
            let many = before.1 + last.1;
            let mean = (before.0 * before.1 + last.0 * last.1) / many;
            groups.truncate(groups.len() - 2);
            groups.push((mean, many));
        }
    }
    let mut at = column.iter().zip(rooms);
    for (target, many) in groups {
        let mut left = many;
        while left > 0.5 {
            if let Some((it, room)) = at.next() {
                places[*it].y = target + room;
            }
            left -= 1.0;
        }
    }
}

fn gap(place: &Place) -> f64 {
    if place.size.width > 0.0 { GAP.1 } else { LANE / 2.0 }
}

/// Where each column begins, and how wide it is.
fn lefts(places: &[Place], order: &[Vec<usize>]) -> Vec<(f64, f64)> {
    let mut left = 0.0;
    let mut lefts = Vec::new();
    for column in order {
        let width = column.iter().map(|it| places[*it].size.width).fold(0.0, f64::max);
        lefts.push((left, width));
        left += width + GAP.0;
    }
    lefts
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOX: Sized = Sized { width: 100.0, height: 40.0 };

    #[track_caller]
    fn apart(layout: &Layout, boxes: &[Sized]) {
        for (one, a) in layout.corners.iter().enumerate() {
            for (other, b) in layout.corners.iter().enumerate().skip(one + 1) {
                let is_beside = a.0 + boxes[one].width <= b.0 || b.0 + boxes[other].width <= a.0;
                let is_above = a.1 + boxes[one].height <= b.1 + 1e-6
                    || b.1 + boxes[other].height <= a.1 + 1e-6;
                assert!(is_beside || is_above, "{one} at {a:?} and {other} at {b:?}");
            }
        }
    }

    #[test]
    fn who_refers_stands_right_of_what_it_refers_to() {
        let boxes = [BOX; 4];
        let layout = layout(&boxes, &[(1, 0), (2, 1), (2, 0), (3, 0)]);

        let x = |it: usize| layout.corners[it].0;
        assert!(x(0) < x(1) && x(1) < x(2) && (x(3) - x(1)).abs() < 0.1, "{layout:?}");
        assert_eq!(layout.bends[2].len(), 2, "the line from 2 to 0 goes around 1");
        apart(&layout, &boxes);
    }

    #[test]
    fn a_column_that_grows_too_high_is_parted() {
        let boxes = [BOX; 51];
        let edges: Vec<_> = (1..51).map(|it| (it, 0)).collect();
        let layout = layout(&boxes, &edges);

        let (width, height) = layout.size;
        let in_one = 50.0 * (BOX.height + GAP.1);
        assert!(height < in_one * 0.7 && width > 4.0 * BOX.width, "{width} {height}");
        apart(&layout, &boxes);
    }

    #[test]
    fn circles_and_boxes_that_refer_to_themselves_are_laid_out() {
        let boxes = [BOX; 3];
        apart(&layout(&boxes, &[(0, 1), (1, 2), (2, 0), (1, 1)]), &boxes);
        assert_eq!(layout(&[], &[]), Layout::default());
    }

    #[test]
    fn many_boxes_are_apart() {
        let boxes: Vec<_> = (0..200_u8)
            .map(|it| Sized { width: 120.0, height: 30.0 + f64::from(it % 7) * 16.0 })
            .collect();
        let edges: Vec<_> =
            (1..200).flat_map(|it| [(it, it / 3), (it, it * 7 % it.max(1))]).collect();
        apart(&layout(&boxes, &edges), &boxes);
    }
}
