"""Trains the network on what make_speech.py spoke, and tells now and then how well it does on the validation voices."""

import argparse
import os
from pathlib import Path

os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

import jax
import jax.numpy as jnp
import numpy as np
import onnx
import optax

import net
from augment import disturbed
from judge import JAW_OF, PP, judged, line, smoothed
from phones import CLASSES
from speech import FRAME, Batches, Speech, read

#: Of learning, at its highest; and the steps until then.
RATE, WARM = 2e-3, 300
#: Of the batch, computed at a time: so much stays near the processor.
PART = 6
#: Of the weights' mean over the steps, what each keeps.
KEEP = 0.9995
#: Frames beside a closure at which it does not matter whether one is told.
BESIDE = 1
#: Steps between two looks at the validation voices, each of which is saved too.
LOOK = 1_000


def near(marks):
    """Marks with those beside them, [batch, frames]."""
    padded = jnp.pad(marks, ((0, 0), (BESIDE, BESIDE)))
    return jnp.stack([padded[:, k : k + marks.shape[1]] for k in range(2 * BESIDE + 1)]).max(axis=0)


def closure_loss(logits, labels, counted):
    """
    Is it a closure? Frames that are sure of it already count less (Lin et al., "Focal loss for dense object detection",
    2017), those at its borders not at all. Per closed frame.
    """
    likely = jax.nn.log_softmax(logits)[..., PP]
    unlikely = jnp.log1p(-jnp.minimum(jnp.exp(likely), 1 - 1e-6))
    closed = (labels == PP).astype(jnp.float32)
    open_ = 1 - near(closed)
    terms = closed * (1 - jnp.exp(likely)) * -likely + open_ * jnp.exp(likely) * -unlikely
    return (terms * counted).sum() / (1 + (closed * counted).sum())


def make_step(optimizer, dilations: list[int], weights: np.ndarray):
    weights, shapes = jnp.asarray(weights), jnp.asarray(JAW_OF)

    def loss_of(params, bank, labels, counted):
        logits, jaw = net.forward(params, bank.reshape(*labels.shape, -1), dilations)
        logits, jaw = logits[:, net.AHEAD :], jaw[:, net.AHEAD :]
        labels, counted = labels[:, : -net.AHEAD], counted[:, : -net.AHEAD]
        target = optax.smooth_labels(jax.nn.one_hot(labels, len(CLASSES)), 0.05)
        cross = optax.softmax_cross_entropy(logits, target) * weights[labels]
        wanted = smoothed(shapes[labels])
        told = smoothed(jax.nn.softmax(logits) @ shapes)
        away = jnp.square(jaw - wanted) + jnp.square(told - wanted)
        mean = ((cross + 10 * away) * counted).sum() / counted.sum()
        return mean + 0.15 * closure_loss(logits, labels, counted)

    @jax.jit
    def step(params, mean, state, batch, n):
        def part(total, some):
            loss, gradient = jax.value_and_grad(loss_of)(params, *some)
            return jax.tree.map(jnp.add, total, (loss, gradient)), None

        parts = tuple(p.reshape(-1, PART, *p.shape[1:]) for p in batch)
        zero = (jnp.zeros(()), jax.tree.map(jnp.zeros_like, params))
        (loss, gradient), _ = jax.lax.scan(part, zero, parts)
        loss, gradient = jax.tree.map(lambda v: v / len(parts[0]), (loss, gradient))
        updates, state = optimizer.update(gradient, state, params)
        params = optax.apply_updates(params, updates)
        keep = jnp.minimum(KEEP, n / (n + 10))
        mean = jax.tree.map(lambda m, p: keep * m + (1 - keep) * p, mean, params)
        return params, mean, state, loss

    return step


def class_weights(speech: dict[str, Speech]) -> np.ndarray:
    """Rare shapes count more, but not as much more as they are rare; 1 over all frames."""
    counts = np.bincount(np.concatenate([one.labels for one in speech.values()]), minlength=len(CLASSES))
    weights = (counts.mean() / counts) ** 0.4
    return (weights / (weights * counts / counts.sum()).sum()).astype(np.float32)


def save(kept, n: int, args: argparse.Namespace) -> None:
    """The mean of the weights as ONNX; all that it takes to go on as .npz."""
    about = {"classes": " ".join(CLASSES), "ahead": str(net.AHEAD), "licence": "CC0-1.0", "bands": "80"}
    onnx.save(net.export(kept[1], args.dilations, CLASSES, about), args.out)
    np.savez(args.out.with_suffix(".npz"), n, *[np.asarray(leaf) for leaf in jax.tree.leaves(kept)])


def load(path: Path, kept):
    """What `save` wrote, and the steps that it took."""
    file = np.load(path)
    n, *leaves = (file[name] for name in file.files)
    return jax.tree.unflatten(jax.tree.structure(kept), [jnp.asarray(leaf) for leaf in leaves]), int(n)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=30_000, help="the rate of learning falls to zero over the second half")
    parser.add_argument("--stop", type=int, help="the step to stop at; --resume goes on there")
    parser.add_argument("--resume", action="store_true", help="go on from the .npz beside --out")
    parser.add_argument("--start", type=Path, help="an .npz whose weights to begin with")
    parser.add_argument("--width", type=int, default=112)
    parser.add_argument("--dilations", type=int, nargs="+", default=[1, 2, 4, 8, 1, 4])
    parser.add_argument("--variants", type=int, default=5, help="others made from each recording")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def learning(steps: int) -> optax.GradientTransformation:
    """Muon (Jordan et al., 2024), its steps as long as Adam's; the rate falls over the second half."""
    falls = steps // 2
    rate = optax.join_schedules([optax.linear_schedule(0, RATE, WARM), optax.constant_schedule(RATE),
                                 optax.cosine_decay_schedule(RATE, steps - falls)], [WARM, falls])
    return optax.contrib.muon(rate, consistent_rms=0.2, weight_decay=1e-3)


def begin(args: argparse.Namespace, optimizer: optax.GradientTransformation):
    """Weights, their mean and what the optimizer keeps, and the steps that they took."""
    params = net.init(jax.random.key(args.seed), len(CLASSES), args.width, args.dilations)
    kept = (params, params, optimizer.init(params))
    if args.resume:
        return load(args.out.with_suffix(".npz"), kept)
    if args.start:
        (_, params, _), _ = load(args.start, kept)
    return (params, params, optimizer.init(params)), 0


def main() -> None:
    args = arguments()
    random = np.random.default_rng(args.seed)
    speech = {f.name: Speech(read(f, args.variants, random)) for f in sorted((args.data / "train").iterdir())}
    validation = {f.name: list(read(f, 0, random)) for f in sorted((args.data / "validation").iterdir())}
    for name, one in speech.items():
        print(f"{name}: {len(one.labels) * FRAME / 60:.1f} min", flush=True)
    optimizer = learning(args.steps)
    kept, first = begin(args, optimizer)
    print(f"{sum(p.size for p in jax.tree.leaves(kept[0]))} parameters", flush=True)
    batches, step = Batches(speech, args.seed), make_step(optimizer, args.dilations, class_weights(speech))
    everything = [r for records in validation.values() for r in records]
    key, last = jax.random.key(args.seed), min(args.steps, args.stop or args.steps)
    for n in range(first, last):
        bank, noise, *wanted = batches[n]
        bank = disturbed(bank, noise, jax.random.fold_in(key, n))
        *kept, loss = step(*kept, (bank, *wanted), n)
        if (n + 1) % LOOK == 0 or n + 1 == last:
            print(line(f"{n + 1} {float(loss):.3f}", judged(kept[1], args.dilations, everything)), flush=True)
            save(kept, n + 1, args)
    for name, records in validation.items():
        print(line(name, judged(kept[1], args.dilations, records)))


if __name__ == "__main__":
    main()
