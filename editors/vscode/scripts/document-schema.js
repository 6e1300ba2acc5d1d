// The schema of a file that holds a graph or one block alone, made of the two that are published.

/** A root with `nodes` or `edges` is a graph; else one with `type` or `data` is a block; whatever is neither yet is to become a graph. */
export function documentSchema(graph, block) {
  const { $schema, $defs, ...wholeGraph } = graph;
  const { $schema: _dialect, $defs: _definitions, ...wholeBlock } = block;
  const notAGraph = { type: "object", properties: { nodes: false, edges: false } };
  const has = (key) => ({ type: "object", required: [key] });
  return {
    $schema,
    defaultSnippets: [...graph.defaultSnippets, ...block.defaultSnippets],
    if: notAGraph,
    then: {
      if: has("type"),
      then: wholeBlock,
      else: { if: has("data"), then: wholeBlock, else: wholeGraph },
    },
    else: wholeGraph,
    $defs,
  };
}
