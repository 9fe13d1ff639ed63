/** A page of a list; `next` is the place it ended at, where there is more. */
export type Page<Item, Place> = { items: Item[]; next?: Place };

/**
 * Cuts a page from the rows of a query that was asked for one more than fits on it.
 *
 * @param placeOf where a row stands in the list's order, so that the next page begins behind it
 */
export function cutPage<Row, Item, Place>(
  rows: readonly Row[],
  limit: number,
  view: (row: Row) => Item,
  placeOf: (row: Row) => Place,
): Page<Item, Place> {
  const items = rows.slice(0, limit).map(view);
  const last = rows[limit - 1];
  return rows.length > limit && last !== undefined ? { items, next: placeOf(last) } : { items };
}
