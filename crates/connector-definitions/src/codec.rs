//! The packed form of data: a few kinds of values, one after the other.

/// Reads or writes data field by field: the one definition of the packed form serves
/// both directions. A reader overwrites what it is given.
pub trait Codec {
    /// A small number.
    fn number(&mut self, number: &mut u32);
    /// A text.
    fn text(&mut self, text: &mut String);
    /// A text that is long and seldom read.
    fn prose(&mut self, text: &mut String);
}

/// What can be packed.
pub trait Packed: Default {
    /// The part that is read alone, such as what a list shows. It comes first, and its first
    /// field is the id.
    fn summary(&mut self, codec: &mut dyn Codec);

    /// The rest.
    fn details(&mut self, codec: &mut dyn Codec);
}

impl dyn Codec + '_ {
    /// A list.
    pub fn list<T: Default>(&mut self, items: &mut Vec<T>, item: fn(&mut T, &mut dyn Codec)) {
        let mut count = u32::try_from(items.len()).unwrap_or_default();
        self.number(&mut count);
        items.resize_with(count as usize, T::default);
        for one in items {
            item(one, self);
        }
    }

    /// A list of texts.
    pub fn texts(&mut self, texts: &mut Vec<String>) {
        self.list(texts, |text, codec| codec.text(text));
    }

    /// One of a few values.
    pub fn one_of<T: Copy + PartialEq>(&mut self, value: &mut T, all: &[T]) {
        let index = all.iter().position(|one| one == value).unwrap_or_default();
        let mut number = u32::try_from(index).unwrap_or_default();
        self.number(&mut number);
        if let Some(found) = all.get(number as usize) {
            *value = *found;
        }
    }

    /// Booleans, packed into one number.
    pub fn flags(&mut self, flags: &mut [&mut bool]) {
        let mut number = 0;
        for flag in flags.iter() {
            number = number << 1 | u32::from(**flag);
        }
        self.number(&mut number);
        for flag in flags.iter_mut().rev() {
            **flag = number & 1 == 1;
            number >>= 1;
        }
    }
}
