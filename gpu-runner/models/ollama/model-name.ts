/** A model as Ollama names it, `name:tag`, in its parts; the tag is `latest` where none is given. */
export function modelName(model: string): { name: string; version: string } {
  // A registry in front may have a port: only a colon after the last slash begins a tag.
  const at = model.indexOf(':', model.lastIndexOf('/') + 1);
  return at === -1
    ? { name: model, version: 'latest' }
    : { name: model.slice(0, at), version: model.slice(at + 1) };
}

/** The whole name, with its tag, as the server lists it. */
export const taggedName = (model: string): string => {
  const { name, version } = modelName(model);
  return `${name}:${version}`;
};
