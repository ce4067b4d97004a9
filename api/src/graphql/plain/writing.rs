//! Writes an answer from the rows that were read for it.

use {
    super::{
        plan::{At, Block, Connection, Fields, Info, Member, Part, Plan, Rooting, Side},
        rows::{Found, Root},
        shape::Rows,
    },
    sea_orm::prelude::Uuid,
    serde::Serialize,
    service::{
        Result,
        kernel::{
            list::{cursor::Cursor, lean::Cell},
            reads,
        },
    },
    std::{
        fmt,
        io::{self, Write},
    },
};

type Out = Vec<u8>;

/// Writes what was found for each field of the root.
pub(super) fn write(out: &mut Out, plan: &Plan, found: &[Root]) -> Result<()> {
    let mut found = found.iter();
    object(out, &plan.roots, |out, root| match (root, found.next()) {
        (Rooting::One { block, fields, .. }, Some(Root::One(cells, lists))) => {
            members(out, Row { cells, block, lists }, fields)
        }
        (Rooting::Many(connection), Some(Root::Many(found))) => {
            page(out, connection, found, Uuid::nil())
        }
        _ => json(out, "Query"),
    })
}

/// A row, and what was found under it.
#[derive(Clone, Copy)]
struct Row<'a> {
    cells: &'a reads::row::Row,
    block: &'a Block,
    lists: &'a [Found],
}

fn page(out: &mut Out, connection: &Connection, found: &Found, parent: Uuid) -> Result<()> {
    let page = found.pages.get(&parent);
    let rows = page.map(|it| it.rows.as_slice()).unwrap_or_default();
    let block = connection.block.as_ref();
    let row = |cells| block.map(|block| Row { cells, block, lists: &found.lists });
    let rows = || rows.iter().filter_map(row);
    object(out, &connection.fields, |out, part| match part {
        Part::Typename(name) => json(out, name),
        Part::TotalCount => json(out, &found.counts.get(&parent).copied().unwrap_or_default()),
        Part::Nodes(fields) => list(out, rows(), |out, row| members(out, row, fields)),
        Part::Edges(fields) => list(out, rows(), |out, row| {
            object(out, fields, |out, side| match side {
                Side::Typename(name) => json(out, name),
                Side::Cursor => cursor(out, connection, Some(row)),
                Side::Node(fields) => members(out, row, fields),
            })
        }),
        Part::PageInfo(fields) => object(out, fields, |out, info| {
            let is = |is: fn(&Rows) -> bool| page.map_or_else(|| is(&empty(connection)), is);
            match info {
                Info::Typename => json(out, "PageInfo"),
                Info::HasNext => json(out, &is(|it| it.has_next)),
                Info::HasPrevious => json(out, &is(|it| it.has_previous)),
                Info::Start => cursor(out, connection, rows().next()),
                Info::End => cursor(out, connection, rows().next_back()),
            }
        }),
    })
}

/// What is known of a page of a parent that has no rows.
fn empty(connection: &Connection) -> Rows {
    Rows::of(&connection.list, Vec::new())
}

fn cursor(out: &mut Out, connection: &Connection, row: Option<Row<'_>>) -> Result<()> {
    let (Some(row), Some((id, order, kind))) = (row, connection.cursor) else {
        return json(out, &());
    };
    let order = row.cells.cell(row.block.place(order), kind)?;
    let id = id_of(row, id)?.unwrap_or_default();
    json(out, &Cursor::of_cell(order, id, connection.list.seal))
}

fn members(out: &mut Out, row: Row<'_>, fields: &Fields<Member>) -> Result<()> {
    object(out, fields, |out, member| match member {
        Member::Typename(name) => json(out, name),
        Member::Column(at, kind) => cell(out, row.cells.cell(row.block.place(*at), *kind)?),
        Member::One(id, _) if id_of(row, *id)?.is_none() => json(out, &()),
        Member::One(_, fields) => members(out, row, fields),
        Member::Many(number) => {
            let (Some(under), Some(found)) = (row.block.lists.get(*number), row.lists.get(*number))
            else {
                unreachable!("each list of a plan is read")
            };
            // A parent that is not there has been told as null before its lists are met.
            page(out, &under.connection, found, id_of(row, under.parent)?.unwrap_or_default())
        }
    })
}

fn id_of(row: Row<'_>, at: At) -> Result<Option<Uuid>> {
    row.cells.id(row.block.place(at))
}

fn object<T>(
    out: &mut Out,
    fields: &Fields<T>,
    mut value: impl FnMut(&mut Out, &T) -> Result<()>,
) -> Result<()> {
    out.push(b'{');
    for (number, (name, field)) in fields.iter().enumerate() {
        if number > 0 {
            out.push(b',');
        }
        // Names of GraphQL have nothing that JSON would escape.
        out.push(b'"');
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(b"\":");
        value(out, field)?;
    }
    out.push(b'}');
    Ok(())
}

fn list<T>(
    out: &mut Out,
    items: impl Iterator<Item = T>,
    mut value: impl FnMut(&mut Out, T) -> Result<()>,
) -> Result<()> {
    out.push(b'[');
    for (number, item) in items.enumerate() {
        if number > 0 {
            out.push(b',');
        }
        value(out, item)?;
    }
    out.push(b']');
    Ok(())
}

fn cell(out: &mut Out, cell: Cell<'_>) -> Result<()> {
    match cell {
        Cell::Null => json(out, &()),
        Cell::Text(text) => json(out, text),
        Cell::Integer(number) => json(out, &number),
        Cell::Boolean(is) => json(out, &is),
        Cell::Json(any) => json(out, &any),
        Cell::Id(id) => {
            let mut buffer = Uuid::encode_buffer();
            out.push(b'"');
            out.extend_from_slice(id.as_hyphenated().encode_lower(&mut buffer).as_bytes());
            out.push(b'"');
            Ok(())
        }
        Cell::Instant(at) => shown(out, format_args!("\"{at}\"")),
        Cell::Day(day) => shown(out, format_args!("\"{day}\"")),
        Cell::Time(time) => shown(out, format_args!("\"{time}\"")),
    }
}

fn shown(out: &mut Out, text: fmt::Arguments<'_>) -> Result<()> {
    Ok(out.write_fmt(text)?)
}

fn json(out: &mut Out, value: &(impl Serialize + ?Sized)) -> Result<()> {
    Ok(serde_json::to_writer(out, value).map_err(io::Error::from)?)
}
