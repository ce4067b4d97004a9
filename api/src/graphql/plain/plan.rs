//! From a document to what is read and written.

use {
    super::{Listing, Root, Shape, ToMany, plans::Given},
    crate::graphql::{
        asked::Asked,
        object::{JOINS_MAX, ToOne},
    },
    async_graphql::{
        Name, Positioned, Value,
        parser::types::{Directive, Field, OperationType, Selection, SelectionSet},
    },
    async_graphql_value::Value as Written,
    service::kernel::list::{
        List,
        lean::{Kind, Lean},
        statement::Join,
    },
    std::{
        cell::{Cell, RefCell},
        collections::HashMap,
    },
};

/// What a query asks for, by the names under which it is answered.
pub(super) struct Plan {
    pub(super) roots: Fields<Rooting>,
}

/// Fields in the order in which they are written.
pub(super) type Fields<T> = Vec<(Name, T)>;

/// A field of the root.
pub(super) enum Rooting {
    Typename,
    /// The row whose id is written there, or is the value of a variable.
    One {
        shape: &'static dyn Shape,
        id: Written,
        block: Block,
        fields: Fields<Member>,
    },
    Many(Box<Connection>),
}

/// The rows of one statement.
pub(super) struct Block {
    pub(super) lean: Lean,
    /// Where the columns of each object begin in a row.
    pub(super) offsets: Vec<usize>,
    /// The lists under the objects.
    pub(super) lists: Vec<Under>,
}

/// A list under an object.
pub(super) struct Under {
    pub(super) parent: At,
    pub(super) column: &'static str,
    pub(super) connection: Connection,
}

/// A column: which of the row's objects, and which of the columns that are read of it.
#[derive(Clone, Copy)]
pub(super) struct At {
    object: usize,
    column: usize,
}

/// A field of an object.
pub(super) enum Member {
    Typename(String),
    Column(At, Kind),
    /// The object whose id is there, if one is.
    One(At, Fields<Self>),
    /// The list with a number.
    Many(usize),
}

/// A page of a list.
pub(super) struct Connection {
    pub(super) listing: &'static dyn Listing,
    pub(super) list: List,
    pub(super) peek: bool,
    pub(super) is_counted: bool,
    /// What is read of the rows, unless nobody asks for any.
    pub(super) block: Option<Block>,
    /// Where the id and the value are that cursors are made of.
    pub(super) cursor: Option<(At, At, Kind)>,
    pub(super) fields: Fields<Part>,
}

/// A field of a connection.
pub(super) enum Part {
    Typename(String),
    Nodes(Fields<Member>),
    Edges(Fields<Side>),
    PageInfo(Fields<Info>),
    TotalCount,
}

/// A field of an edge.
pub(super) enum Side {
    Typename(String),
    Cursor,
    Node(Fields<Member>),
}

/// A field of what is known of a page.
pub(super) enum Info {
    Typename,
    HasNext,
    HasPrevious,
    Start,
    End,
}

impl Block {
    /// The place of a column in a row; rows under a parent begin with it.
    pub(super) fn place(&self, at: At) -> usize {
        self.offsets.get(at.object).copied().unwrap_or_default() + at.column
    }
}

/// Makes plans of a document's operation.
pub(super) struct Planner<'a> {
    asked: &'a Asked,
    /// The variables that were looked at.
    given: RefCell<Given>,
    /// Whether somebody may ask the same again.
    is_lasting: Cell<bool>,
}

/// Fields with the same name in an answer.
type Merged<'a> = Vec<(&'a Name, Vec<&'a Field>)>;

impl<'a> Planner<'a> {
    pub(super) fn new(asked: &'a Asked) -> Self {
        Self { asked, given: RefCell::default(), is_lasting: Cell::new(true) }
    }

    /// The variables that were looked at, and whether somebody may ask the same again.
    pub(super) fn finish(self) -> (Given, bool) {
        (self.given.into_inner(), self.is_lasting.get())
    }

    /// The plan, if the operation is plain.
    pub(super) fn plan(&self, known: &HashMap<String, Root>) -> Option<Plan> {
        let operation = self.asked.operation()?;
        if operation.ty != OperationType::Query || !operation.directives.is_empty() {
            return None;
        }
        let roots = self.each("Query", &[&operation.selection_set.node], |fields| {
            let [first, ..] = fields else { return None };
            if first.name.node == "__typename" {
                return Some(Rooting::Typename);
            }
            match known.get(first.name.node.as_str())? {
                Root::One(shape) => {
                    let [(_, id)] = first.arguments.as_slice() else { return None };
                    let (shape, mut rows) = (shape(), Reading::default());
                    let object = rows.object();
                    let fields = self.members(shape, object, &selections(fields), &mut rows)?;
                    let block = rows.finish(0)?;
                    Some(Rooting::One { shape, id: id.node.clone(), block, fields })
                }
                Root::Many(list, place) => {
                    let list = (list(), list().list(place, &self.given(first)?)?);
                    let connection = self.connection(list, 0, &selections(fields))?;
                    Some(Rooting::Many(Box::new(connection)))
                }
            }
        });
        Some(Plan { roots: roots? })
    }

    /// A page of a list, whose rows begin at a place of what is read.
    fn connection(
        &self,
        (listing, list): (&'static dyn Listing, List),
        first: usize,
        sets: &[&'a SelectionSet],
    ) -> Option<Connection> {
        let (shape, mut rows) = (listing.shape(), Reading::default());
        let node = rows.object();
        let (mut is_counted, mut is_read, mut peek) = (false, false, false);
        let fields = self.each(&format!("{}Connection", shape.name()), sets, |fields| {
            let [first, ..] = fields else { return None };
            if !first.arguments.is_empty() {
                return None;
            }
            is_read |= ["nodes", "edges", "pageInfo"].contains(&first.name.node.as_str());
            let below = selections(fields);
            Some(match first.name.node.as_str() {
                "__typename" => Part::Typename(format!("{}Connection", shape.name())),
                "nodes" => Part::Nodes(self.members(shape, node, &below, &mut rows)?),
                "edges" => Part::Edges(self.edges(shape, node, &below, &mut rows)?),
                "pageInfo" => {
                    let info = self.page_info(&below)?;
                    let asks = |it: &Info| match it {
                        Info::HasNext => !list.is_backwards,
                        Info::HasPrevious => list.is_backwards,
                        _ => false,
                    };
                    peek |= info.iter().any(|(_, it)| asks(it));
                    Part::PageInfo(info)
                }
                "totalCount" => {
                    is_counted = true;
                    Part::TotalCount
                }
                _ => return None,
            })
        })?;
        let (mut block, mut cursor) = (None, None);
        if is_read {
            let order = listing.column(list.order)?;
            let at = (rows.column(node, "id"), rows.column(node, order.name), order.kind);
            (block, cursor) = (Some(rows.finish(first)?), Some(at));
        }
        Some(Connection { listing, list, peek, is_counted, block, cursor, fields })
    }

    fn edges(
        &self,
        shape: &'static dyn Shape,
        node: usize,
        sets: &[&'a SelectionSet],
        rows: &mut Reading,
    ) -> Option<Fields<Side>> {
        let name = format!("{}Edge", shape.name());
        self.each(&name, sets, |fields| {
            let [first, ..] = fields else { return None };
            Some(match first.name.node.as_str() {
                "__typename" => Side::Typename(name.clone()),
                "cursor" => Side::Cursor,
                "node" => Side::Node(self.members(shape, node, &selections(fields), rows)?),
                _ => return None,
            })
        })
    }

    fn page_info(&self, sets: &[&'a SelectionSet]) -> Option<Fields<Info>> {
        self.each("PageInfo", sets, |fields| {
            let [first, ..] = fields else { return None };
            Some(match first.name.node.as_str() {
                "__typename" => Info::Typename,
                "hasNextPage" => Info::HasNext,
                "hasPreviousPage" => Info::HasPrevious,
                "startCursor" => Info::Start,
                "endCursor" => Info::End,
                _ => return None,
            })
        })
    }

    /// The fields of an object of the rows.
    fn members(
        &self,
        shape: &'static dyn Shape,
        object: usize,
        sets: &[&'a SelectionSet],
        rows: &mut Reading,
    ) -> Option<Fields<Member>> {
        let name = shape.name();
        self.each(&name, sets, |fields| {
            let [first, ..] = fields else { return None };
            let field = first.name.node.as_str();
            if field == "__typename" {
                return Some(Member::Typename(name.clone().into_owned()));
            }
            if let Some(edge) = shape.to_many(field) {
                return self.under(edge, object, fields, rows);
            }
            if !first.arguments.is_empty() {
                return None;
            }
            if let Some(edge) = shape.to_one(field) {
                let other = rows.riding(object, edge);
                let below = self.members((edge.shape)(), other, &selections(fields), rows)?;
                return Some(Member::One(rows.column(other, "id"), below));
            }
            let column = shape.column(field)?;
            Some(Member::Column(rows.column(object, column.name), column.kind))
        })
    }

    fn under(
        &self,
        edge: &'static ToMany,
        object: usize,
        fields: &[&'a Field],
        rows: &mut Reading,
    ) -> Option<Member> {
        let listing = (edge.list)();
        let list = listing.list(edge.place, &self.given(fields.first()?)?)?;
        let connection = self.connection((listing, list), 1, &selections(fields))?;
        let parent = rows.column(object, "id");
        rows.lists.push(Under { parent, column: edge.column, connection });
        Some(Member::Many(rows.lists.len() - 1))
    }

    /// What becomes of each field of a selection.
    fn each<T>(
        &self,
        of: &str,
        sets: &[&'a SelectionSet],
        mut plan: impl FnMut(&[&'a Field]) -> Option<T>,
    ) -> Option<Fields<T>> {
        let mut merged = Vec::new();
        for set in sets {
            self.merge(of, set, &mut merged)?;
        }
        merged.into_iter().map(|(name, fields)| Some((name.clone(), plan(&fields)?))).collect()
    }

    fn merge(&self, of: &str, set: &'a SelectionSet, merged: &mut Merged<'a>) -> Option<()> {
        for selection in &set.items {
            if !self.is_included(selection.node.directives())? {
                continue;
            }
            let (condition, set) = match &selection.node {
                Selection::Field(field) => {
                    let (name, field) = (&field.node.response_key().node, &field.node);
                    match merged.iter_mut().find(|(it, _)| *it == name) {
                        None => merged.push((name, vec![field])),
                        Some((_, same)) => {
                            let first = same.first()?;
                            let is_same = first.name.node == field.name.node
                                && first.arguments.len() == field.arguments.len();
                            if !is_same {
                                return None;
                            }
                            same.push(field);
                        }
                    }
                    continue;
                }
                Selection::FragmentSpread(spread) => {
                    let fragments = &self.asked.document().fragments;
                    let fragment = &fragments.get(&spread.node.fragment_name.node)?.node;
                    (Some(&fragment.type_condition), &fragment.selection_set)
                }
                Selection::InlineFragment(inline) => {
                    (inline.node.type_condition.as_ref(), &inline.node.selection_set)
                }
            };
            if condition.is_some_and(|it| it.node.on.node != of) {
                return None;
            }
            self.merge(of, &set.node, merged)?;
        }
        Some(())
    }

    /// Whether what has these directives is part of the answer.
    fn is_included(&self, directives: &[Positioned<Directive>]) -> Option<bool> {
        let mut is_included = true;
        for directive in directives {
            let condition = directive.node.get_argument("if")?;
            let Value::Boolean(condition) = self.value(&condition.node)? else {
                return None;
            };
            is_included &= match directive.node.name.node.as_str() {
                "include" => condition,
                "skip" => !condition,
                _ => return None,
            };
        }
        Some(is_included)
    }

    /// The arguments of a field that were given.
    fn given(&self, field: &Field) -> Option<Vec<(Name, Value)>> {
        let mut given = Vec::with_capacity(field.arguments.len());
        for (name, written) in &field.arguments {
            if let Written::Variable(variable) = &written.node {
                let Some(value) = self.variable(variable) else { continue };
                // Hardly two people read on behind the same row.
                let is_cursor = ["after", "before"].contains(&name.node.as_str());
                if is_cursor && *value != Value::Null {
                    self.is_lasting.set(false);
                }
            }
            given.push((name.node.clone(), self.value(&written.node)?));
        }
        Some(given)
    }

    /// A value as it was given. One with a variable in it that was not is left to the executor.
    fn value(&self, written: &Written) -> Option<Value> {
        self.look_at(written);
        self.asked.value(written)
    }

    /// Looks at the variables in a value.
    fn look_at(&self, written: &Written) {
        match written {
            Written::Variable(name) => drop(self.variable(name)),
            Written::List(items) => items.iter().for_each(|it| self.look_at(it)),
            Written::Object(fields) => fields.values().for_each(|it| self.look_at(it)),
            _ => {}
        }
    }

    /// The value of a variable, if it has one.
    fn variable(&self, name: &Name) -> Option<&'a Value> {
        let (value, mut given) = (self.asked.variable(name), self.given.borrow_mut());
        if !given.iter().any(|(it, _)| it == name) {
            given.push((name.clone(), value.cloned()));
        }
        value
    }
}

/// What is selected of fields with the same name.
fn selections<'a>(fields: &[&'a Field]) -> Vec<&'a SelectionSet> {
    fields.iter().map(|it| &it.selection_set.node).collect()
}

/// What a statement is to read, while it is being found out.
#[derive(Default)]
struct Reading {
    objects: Vec<Object>,
    lists: Vec<Under>,
}

/// An object of a row: the row itself, or one that rides along.
#[derive(Default)]
struct Object {
    columns: Vec<&'static str>,
    riding: Vec<(&'static ToOne, usize)>,
}

impl Reading {
    fn object(&mut self) -> usize {
        self.objects.push(Object::default());
        self.objects.len() - 1
    }

    /// Reads a column of an object.
    fn column(&mut self, object: usize, name: &'static str) -> At {
        let columns = &mut self.objects[object].columns;
        let column = columns.iter().position(|it| *it == name).unwrap_or_else(|| {
            columns.push(name);
            columns.len() - 1
        });
        At { object, column }
    }

    /// The object that an edge of another leads to.
    fn riding(&mut self, object: usize, edge: &'static ToOne) -> usize {
        self.column(object, edge.column);
        let known = self.objects[object].riding.iter();
        if let Some((_, other)) = known.clone().find(|(it, _)| it.field == edge.field) {
            return *other;
        }
        let other = self.object();
        self.objects[object].riding.push((edge, other));
        other
    }

    /// The statement, whose rows begin at a place; none when more would ride along than may.
    fn finish(mut self, first: usize) -> Option<Block> {
        if self.objects.len() > JOINS_MAX + 1 {
            return None;
        }
        let (mut met, mut lean) = (vec![0], Lean::default());
        lean.joins = self.joins(0, &mut met);
        lean.columns = std::mem::take(&mut self.objects[0].columns);
        let mut offsets = vec![0; met.len()];
        for (object, offset) in met.into_iter().zip(lean.offsets(first)) {
            offsets[object] = offset;
        }
        Some(Block { lean, offsets, lists: self.lists })
    }

    /// What rides along with an object, and the objects in the order in which they are met.
    fn joins(&mut self, object: usize, met: &mut Vec<usize>) -> Vec<Join> {
        let riding = std::mem::take(&mut self.objects[object].riding);
        let joins = riding.into_iter().map(|(edge, other)| {
            met.push(other);
            let joins = self.joins(other, met);
            let columns = Some(std::mem::take(&mut self.objects[other].columns));
            Join { column: edge.column, target: (edge.target)(), columns, joins }
        });
        joins.collect()
    }
}
