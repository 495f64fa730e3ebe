import type { ScoreNode } from './score-tree.ts';

/** Which cache slot holds the keys and values of which node: from when it is computed until all that follow it are. */
export class NodeSlots {
  readonly #slots = new Map<ScoreNode, number>();
  readonly #openChildren = new Map<ScoreNode, number>();

  /** Nodes that are held. */
  get size(): number {
    return this.#slots.size;
  }

  /** One more than the highest slot in use. */
  get count(): number {
    return Math.max(-1, ...this.#slots.values()) + 1;
  }

  get nodes(): Iterable<ScoreNode> {
    return this.#slots.keys();
  }

  of(node: ScoreNode): number {
    return this.#slots.get(node)!;
  }

  /** Whether a node that is to be kept needs a slot beside its parent's; an only child goes on in that one. */
  static needsOwn(node: ScoreNode): boolean {
    return node.children.length > 0 && node.parent?.children.length !== 1;
  }

  /** The slot that is to keep a node; the lowest that is free. */
  take(node: ScoreNode): number {
    const { parent } = node;
    let slot: number;
    if (parent !== null && !NodeSlots.needsOwn(node)) {
      slot = this.of(parent);
      this.#slots.delete(parent);
      this.#openChildren.delete(parent);
    } else {
      const used = new Set(this.#slots.values());
      slot = 0;
      while (used.has(slot)) slot++;
    }
    this.#slots.set(node, slot);
    this.#openChildren.set(node, node.children.length);
    return slot;
  }

  /** A node is computed or not wanted any more; with the last of its children a parent's slot is free. */
  done(node: ScoreNode): void {
    const { parent } = node;
    const open = parent === null ? undefined : this.#openChildren.get(parent);
    if (parent === null || open === undefined) return;
    this.#openChildren.set(parent, open - 1);
    if (open > 1) return;
    this.#slots.delete(parent);
    this.#openChildren.delete(parent);
  }

  clear(): void {
    this.#slots.clear();
    this.#openChildren.clear();
  }
}
