#!/usr/bin/env python3
"""Puts typical mistakes into the sources of nn, one at a time, and looks whether the test vectors notice, in float or
in double; if not, whether the unit tests of nn do. Needs a release build of the tree:

    tools/nn_mutations.py [--build build/release] [--jobs 2] [--only WORD]

The sources are copied, so the tree itself is not touched; each mistake is an exact replacement of text that stands
there once. Exit status 0 only if all are noticed; a replacement that no longer applies is named and counts as missed.
"""
import argparse
import concurrent.futures
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FLAGS = ["-std=gnu11", "-O1", "-w", "-D_GNU_SOURCE", "-ffp-contract=off", "-fno-math-errno", "-DNN_NO_CPU_KERNELS"]
BUILDS = {"float": [], "double": ["-DNN_REAL=double"]}
TIMEOUT_S = 60

# File below trainer/nn, what stands there, what stands there with the mistake.
MUTATIONS = [
    # Optimizers.
    ("optimizers/sgd.c", "(u->step ? 1 - sgd->dampening : 1)", "(1 - sgd->dampening)"),
    ("optimizers/sgd.c", "w[i] -= lr * (d + momentum * v[i]);", "w[i] -= lr * (g[i] + momentum * v[i]);"),
    ("optimizers/sgd.c", "            w[i] -= lr * (d + momentum * v[i]);", "            w[i] -= lr * v[i];"),
    ("optimizers/sgd.c", "v[i] = momentum * v[i] + fresh * (g[i] + decay * w[i]);",
     "v[i] = momentum * v[i] + fresh * g[i] + decay * w[i];"),
    ("optimizers/sgd.c", "w[i] -= lr * (g[i] + decay * w[i]);", "w[i] -= lr * g[i] + decay * w[i];"),
    ("optimizers/adam_step.h", "nn_root(square) / root + eps", "nn_root(square + eps) / root"),
    ("optimizers/adam_step.h", "nn_root(square) / root + eps", "(nn_root(square) + eps) / root"),
    ("optimizers/adam_step.h", "nn_power(beta1, u->step + 1)", "nn_power(beta1, u->step + 2)"),
    ("optimizers/adam_step.h", "nn_power(beta2, u->step + 1)", "nn_power(beta2, u->step)"),
    ("optimizers/adam_step.h", "nn_power(beta2, u->step + 1)", "nn_power(beta1, u->step + 1)"),
    ("optimizers/adam_step.h", "square = top[i] = top[i] > v[i] ? top[i] : v[i];",
     "{ square = top[i] > v[i] ? top[i] : v[i]; top[i] = v[i]; }"),
    ("optimizers/adam_step.h", "        w[i] = keep * w[i] -", "        w[i] = w[i] -"),
    ("optimizers/adamw.c", "nn_adam_step(u, u->lr * u->weight_decay, 0);", "nn_adam_step(u, 0, u->weight_decay);"),
    ("optimizers/adamw.c", "u->lr * u->weight_decay", "u->weight_decay"),
    ("optimizers/adagrad.c", "(double)u->step * ada->lr_decay", "(double)(u->step + 1) * ada->lr_decay"),
    ("optimizers/adagrad.c", "nn_root(sum[i]) + eps", "nn_root(sum[i] + eps)"),
    ("optimizers/adagrad.c", "u->step ? 0 : (NnReal)ada", "0 * (NnReal)ada"),
    ("optimizers/rmsprop.c", "nn_root(spread) + eps", "nn_root(spread + eps)"),
    ("optimizers/rmsprop.c", "square[i] - mean[i] * mean[i] : 0", "square[i] : 0"),
    ("optimizers/rmsprop.c", "momentum * buffer[i] + move", "momentum * buffer[i] + lr * move"),
    ("optimizers/rmsprop.c", "fresh * d * d", "fresh * g[i] * g[i]"),
    ("optimizers/lion.c", "m[i] = past2 * m[i] + fresh2 * g[i];", "m[i] = c;"),
    ("optimizers/lion.c", "(NnReal)(1 - u->lr * u->weight_decay)", "(NnReal)(1 - u->weight_decay)"),
    ("update.c", "(norm_of(update, update->network->pass.gradients) + 1e-6)",
     "norm_of(update, update->network->pass.gradients)"),
    ("update.c", "    if (factor >= 1)\n        return;\n", ""),
    ("update.c", "(w[i] > 0) - (w[i] < 0)", "w[i] > 0 ? 1 : -1"),
    ("update.c", "    clip(&update, network->optimizer_params);\n", ""),
    # Schedules.
    ("schedules/step.c", "t / (uint64_t)step->step_size", "(t + 1) / (uint64_t)step->step_size"),
    ("schedules/multistep.c", "step->milestones.values[i] <= (double)t", "step->milestones.values[i] < (double)t"),
    ("schedules/cosine.c", "(double)cosine->T_max :", "(double)cosine->T_max - 1 :"),
    ("schedules/cosine_warm_restarts.c", "for (; t >= length; length *=", "for (; t > length; length *="),
    ("schedules/polynomial.c", "1 - t / length : 0", "1 - (t + 1) / length : 0"),
    ("schedules/warmup.h", "(double)now->t / (double)length", "(double)(now->t + 1) / (double)length"),
    ("schedules/one_cycle.c", "cycle->pct_start * total - 1", "cycle->pct_start * total"),
    ("schedules/one_cycle.c", "(Knot){2 * up, first", "(Knot){2 * up + 1, first"),
    ("schedules/one_cycle.c", "(Knot){total - 1, last", "(Knot){total, last"),
    ("schedules/one_cycle.c", "last = first / cycle->final_div_factor", "last = peak / cycle->final_div_factor"),
    ("schedules/plateau.c", "state[BAD] <= plateau->patience", "state[BAD] < plateau->patience"),
    ("schedules/plateau.c", "1 + sign * plateau->threshold", "1 - sign * plateau->threshold"),
    ("schedules/plateau.c", "state[BAD] = -plateau->cooldown;", "state[BAD] = 0;"),
    ("schedules/inverse_sqrt.c", "(double)now->t + 1", "(double)now->t"),
    ("schedule.h", "augi_cos(NN_PI * share)", "augi_cos(NN_PI * share / 2)"),
    # Losses.
    ("losses/cross_entropy.c", "target->smoothing / (double)target->n_classes;",
     "target->smoothing / (double)(target->n_classes - 1);"),
    ("losses/cross_entropy.c", "(p * total - target_share", "(p - target_share"),
    ("losses/cross_entropy.c", "    if (is_ignored(target, sample))\n        return 0;\n", ""),
    ("losses/cross_entropy.c", "return nn_weight(&target->loss->weight, (size_t)target->batch->labels[sample]);", "return 1;"),
    ("losses/softmax.h", "softmax.top = (double)x[softmax.best];", "softmax.top = 0;"),
    ("losses/elements.h", "1 / ((double)targets.n * pass->batch->n)", "1.0 / pass->batch->n"),
    ("losses/mse.c", "*slope = 2 * d;", "*slope = d;"),
    ("losses/smooth_l1.c", "fabs(d) - beta / 2", "fabs(d) - 0.5"),
    ("losses/huber.c", "delta * (fabs(d) - delta / 2)", "fabs(d) - delta / 2"),
    ("losses/bce_with_logits.c", "t * nn_weight(&weights->pos_weight, i)", "t"),
    ("losses/kl_div.c", "(log_t - nn_log_share(&softmax, x, k))", "(-nn_log_share(&softmax, x, k))"),
    ("losses/contrast.c", "        if (j == i)\n            continue;\n        const double s = similarity(rows, i, j);\n        const bool",
     "        const double s = similarity(rows, i, j);\n        const bool"),
    ("losses/contrast.c", "product(unit(rows, i), unit(rows, j), rows->stride - N_FOUND) / temperature",
     "product(unit(rows, i), unit(rows, j), rows->stride - N_FOUND) * temperature"),
    ("losses/contrast.c", "pair_slope(rows, i, s, positively) + pair_slope(rows, j, s, positively)",
     "pair_slope(rows, i, s, positively)"),
    ("losses/batch_triplet.c", "d > than && (nearest", "(nearest"),
    ("losses/batch_triplet.c", "n > 0 ? 1 / n : 0", "1.0 / batch.n"),
    ("losses/batch_triplet.c", "batch->counts[at] + batch->counts[back]", "batch->counts[at]"),
    ("losses/triplet.c", "return fmax(loss, 0);\n    /*", "return loss;\n    /*"),
    ("losses/triplet.c", "(double)a[i] - (double)b[i] + triplet->eps) / largest", "(double)a[i] - (double)b[i]) / largest"),
    ("losses/focal.c", "*slope = factor * (1 - focal->gamma * p * ratio);", "*slope = factor;"),
    # Normalizations.
    ("layers/batch_norm.c", "shared.batch_variance[c] * (n / (n - 1))", "shared.batch_variance[c]"),
    ("layers/batch_norm.c", "shared.batch_variance[c] = moments.squares / moments.n;",
     "shared.batch_variance[c] = moments.squares / (moments.n - 1);"),
    ("layers/batch_norm.c", "1 / sqrt(shared.batch_variance[c] + norm->eps)", "1 / (sqrt(shared.batch_variance[c]) + norm->eps)"),
    ("layers/batch_norm.c", "1 / (double)(pass->n_batches + 1)", "1 / (double)(pass->n_batches + 2)"),
    ("layers/batch_norm.c", "(1 - fresh) * (double)mean[c] + fresh * shared", "fresh * (double)mean[c] + (1 - fresh) * shared"),
    ("layers/batch_norm.c", "frozen ? 0 : (NnReal)(sum / n_pixels)", "(NnReal)(sum / n_pixels)"),
    ("layers/channel_norm.c", "(squares - sum * rest) / s->per_sample", "(squares - sum * rest) / (s->per_sample - 1)"),
    ("layers/channel_norm.c", "m.variance + norm->eps)", "m.variance) + 0 * (norm->eps)"),
    ("layers/instance_norm.c", "(n_pixels / (n_pixels - 1))", "1"),
    ("kernels/kernel_rows.h", "rest * rest + job->eps)", "rest * rest) + 0 * (job->eps)"),
    ("kernels/kernel_rows.h", "job->centered ? (NnReal)(sum / n) : 0", "(NnReal)(sum / n)"),
    # Layers.
    ("layers/dropout_draw.c", "(NnReal)(1 / (1 - p))", "1"),
    ("layers/conv.c", "dilation * (kernel - 1) + 1", "dilation * kernel"),
    ("layers/conv_columns.c", "tap * side->dilation - side->padding", "tap - side->padding"),
    ("layers/conv_columns.c", "memcpy(to, map + (y * c->cols.wide + x) * pixel + group * c->wide,",
     "memcpy(to, map + (y * c->cols.wide + x) * pixel,"),
    ("layers/conv_transpose.c", "extent(&c.cols, (size_t)conv->output_padding.width, &out->width, error)",
     "extent(&c.cols, (size_t)conv->output_padding.height, &out->width, error)"),
    ("layers/conv_transpose.c", "whole - 2 * side->padding)", "whole - side->padding)"),
    ("layers/embedding_bag.c", "n_tokens += index[i] != tokens->padding_idx;", "n_tokens++;"),
    ("layers/embedding_bag.c", "> table[(size_t)found * n + k]", ">= table[(size_t)found * n + k]"),
    ("layers/tokens.c", "index == tokens->padding_idx || row", "row"),
    ("layers/upsample.c", "(i + 0.5) * step - 0.5", "i * step"),
    ("layers/upsample.c", "(double)(n_in - 1) / (n_out - 1)", "(double)n_in / n_out"),
    ("layers/pooling.c", ".stride_h = stride.height ? stride.height : kernel.height", ".stride_h = stride.height ? stride.height : 1"),
    ("layers/avg_pool.c", "job.count_padding = pool->count_include_pad;", "job.count_padding = true;"),
    ("layers/row_norm.c", "to[c * pixels + p] = from[p * channels + c];", "to[p * channels + c] = from[p * channels + c];"),
    ("layers/reshape.c", "return i % pixels * (size_t)shape.channels + i / pixels;", "return i;"),
    ("tensor.c", "in % (h * w) * channels + in / (h * w)", "in"),
    ("kernels/kernel_pool.h", "const int32_t origin = out * stride - pad;", "const int32_t origin = out * stride;"),
    ("kernels/kernel_pool.h", "(((int64_t)out + 1) * extent + n_out - 1) / n_out", "((int64_t)out + 1) * extent / n_out"),
    ("kernels/kernel_rows.h", "row_exp(y, x, row_largest(x, job->n), job->n);\n    row_scale", "row_exp(y, x, 0, job->n);\n    row_scale"),
    ("kernels/kernel_rows.h", "dx[i] = y[i] * (dy[i] - mean);", "dx[i] = y[i] * dy[i];"),
    ("kernels/kernel_rows.h", "dx[i] = dy[i] - dx[i] * sum;", "dx[i] = dy[i] - dx[i];"),
    ("kernels/kernel_rows.h", "norm < job->eps ? 0 : row_product", "row_product"),
    ("kernels/kernel_activations.h", "return x > 0 ? 1 : a;", "return x >= 0 ? 1 : a;"),
    ("kernels/kernel_activations.h", "GELU_CUBIC ((NnReal)0.044715)", "GELU_CUBIC ((NnReal)0.0447)"),
    ("kernels/kernel_activations.h", "return s * (1 + x * (1 - s));", "return s * (1 - s);"),
    ("kernels/kernel_activations.h", "return ax > b ? x : bent;", "return x > b ? x : bent;"),
    ("kernels/kernel_activations.h", "low = x <= -3 ? 0 : inner", "low = x < -3 ? 0 : inner"),
    # Initializations.
    ("inits/he_uniform.c", "sqrt(3 * square / fan)", "sqrt(6 * square / fan)"),
    ("inits/xavier_uniform.c", "sqrt(6 / (fans.in + fans.out))", "sqrt(3 / (fans.in + fans.out))"),
    ("inits/xavier_normal.c", "fans.in + fans.out", "2 * fans.in"),
    ("init.c", "params->mode.value == NN_FAN_OUT ? fans.out : fans.in", "params->mode.value == NN_FAN_OUT ? fans.in : fans.out"),
    ("layers/conv.c", "(double)((size_t)conv->filters * kernel_h * kernel_w)", "(double)conv->filters"),
    ("layers/conv_transpose.c", "{(double)(c.wide * area), (double)(c.groups * c.narrow * area)}",
     "{(double)(c.groups * c.narrow * area), (double)(c.wide * area)}"),
    ("tensor.c", "aug_rng_uniform(rng, -init->scale, init->scale)", "aug_rng_uniform(rng, 0, init->scale)"),
    # What is around them.
    ("classes.c", "if (values[i] > values[best])", "if (values[i] >= values[best])"),
    ("average.c", "(1 - decay)", "decay"),
]


class Scratch:
    """A copy of trainer/ with objects of both builds, and the programs of them."""

    def __init__(self, build, jobs):
        self.build, self.jobs = os.path.abspath(build), jobs
        self.folder = tempfile.mkdtemp(prefix="nn_mutations_")
        self.source = os.path.join(self.folder, "src")
        shutil.copytree(os.path.join(TOP, "trainer"), os.path.join(self.source, "trainer"))
        special = re.compile(r"_(avx2|avx512|neon)\.c$")
        nn = [p for p in glob.glob(self.source + "/trainer/nn/**/*.c", recursive=True) if not special.search(p)]
        nn += glob.glob(self.build + "/trainer/*_registry.c")
        nn = [p for p in nn if not p.endswith("tasks_registry.c")]
        vectors = [p for p in glob.glob(self.source + "/trainer/vectors/*.c")]
        self.sources = nn + vectors + [self.source + "/trainer/run/metrics.c"]
        self.link_line = self.find_link()

    def find_link(self):
        done = subprocess.run(["ninja", "-C", self.build, "-t", "commands", "nn_vectors"], capture_output=True, text=True,
                              check=True)
        words = done.stdout.strip().splitlines()[-1].removeprefix(": && ").removesuffix(" && :").split()
        at = words.index("-o")
        return words[0], [w for w in words[at + 2:] if "libvectors.a" not in w and "libnn.a" not in w]

    def object(self, build, source):
        name = os.path.relpath(source, "/").replace("/", "_")
        return os.path.join(self.folder, build, name + ".o")

    def compile(self, build, source):
        """None, or what the compiler says."""
        target = self.object(build, source)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        defines = ['-DNN_NEAR_PLUGINS="none"', '-DNN_INSTALLED_PLUGINS="none"']
        done = subprocess.run(["cc", *FLAGS, *BUILDS[build], *defines, "-I" + self.source, "-I" + TOP,
                               "-I" + TOP + "/libaug/include", "-MMD", "-MF", target + ".d", "-c", source, "-o", target],
                              capture_output=True, text=True, check=False)
        return done.stderr if done.returncode else None

    def compile_all(self, pairs):
        with concurrent.futures.ThreadPoolExecutor(self.jobs) as pool:
            return [said for said in pool.map(lambda pair: self.compile(*pair), pairs) if said]

    def link(self, build):
        compiler, rest = self.link_line
        program = os.path.join(self.folder, build + "_vectors")
        objects = [self.object(build, s) for s in self.sources]
        subprocess.run([compiler, *objects, "-o", program, *rest], cwd=self.build, check=True, capture_output=True)
        return program

    def users(self, build, path):
        """Sources whose objects depend on a file."""
        result = []
        for source in self.sources:
            with open(self.object(build, source) + ".d", encoding="utf-8") as file:
                if path in file.read().replace("\\\n", " ").split():
                    result.append(source)
        return result

    def noticed(self, build):
        """Whether the vectors fail with the objects as they are: how, or None."""
        files = sorted(glob.glob(TOP + "/tests/golden/nn/*.json"))
        try:
            done = subprocess.run([self.link(build), "--quiet", "--threads", "1", *files], capture_output=True, text=True,
                                  timeout=TIMEOUT_S, check=False, errors="replace")
        except subprocess.TimeoutExpired:
            return "no end"
        if done.returncode == 0:
            return None
        lines = [line for line in done.stdout.splitlines() if line]
        return f"{len(lines)} tensors, first {lines[0].split(':')[0]}" if lines else f"exit {done.returncode}"

    def unit_tests(self):
        """The first unit test of nn that fails with the float objects, or None."""
        command, rest = self.link_line
        for test in sorted(glob.glob(self.build + "/tests/CMakeFiles/unit_nn_*.dir/unit/*.c.o")):
            name = test.split("CMakeFiles/")[1].split(".dir")[0]
            if name.endswith("_double"):
                continue
            program = os.path.join(self.folder, name)
            objects = [self.object("float", s) for s in self.sources if not s.endswith("vectors/main.c")]
            made = subprocess.run([command, test, *objects, "-o", program, "tests/libtest_support.a", *rest, "-lcheck",
                                   "-lsubunit", "-lrt", "-lpthread", "-Wl,--wrap=_mark_point"],
                                  cwd=self.build, capture_output=True, text=True, check=False)
            if made.returncode:
                continue
            done = subprocess.run([program], capture_output=True, timeout=600, check=False,
                                  env={**os.environ, "AUGD_SOURCE": TOP, "AUGD_BUILD": self.build})
            if done.returncode not in (0, 77):
                return name
        return None


def try_mutation(scratch, name, old, new):
    """How a mistake is noticed; None: not at all."""
    path = os.path.join(scratch.source, "trainer/nn", name)
    with open(path, encoding="utf-8") as file:
        text = file.read()
    if text.count(old) != 1:
        return None, f"stands {text.count(old)} times in the source: the list of mutations is stale"
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace(old, new))
    how = None
    changed = {build: [path] if path.endswith(".c") else scratch.users(build, path) for build in BUILDS}
    try:
        for build in BUILDS:
            said = scratch.compile_all([(build, source) for source in changed[build]])
            if said:
                return None, "does not compile: " + said[0].splitlines()[0]
            how = scratch.noticed(build)
            if how:
                return f"{build} vectors, {how}", None
        how = scratch.unit_tests()
        return how, None if how else "NOT NOTICED"
    finally:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        scratch.compile_all([(build, source) for build in BUILDS for source in changed[build]])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default=os.path.join(TOP, "build", "release"))
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", default="", help="mutations whose file or text holds this")
    options = parser.parse_args()
    scratch = Scratch(options.build, options.jobs)
    said = scratch.compile_all([(build, source) for build in BUILDS for source in scratch.sources])
    if said:
        sys.exit("the sources do not compile: " + said[0])
    for build in BUILDS:
        how = scratch.noticed(build)
        if how:
            sys.exit(f"without any mistake the {build} vectors fail: {how}")
    chosen = [m for m in MUTATIONS if options.only in m[0] + m[1]]
    missed = 0
    for name, old, new in chosen:
        how, why = try_mutation(scratch, name, old, new)
        missed += why is not None
        print(f"{'missed ' if why else 'noticed'} {name}: {' '.join(new.split())[:70]!r}: {why or how}", flush=True)
    print(f"{len(chosen)} mistakes, {len(chosen) - missed} noticed, {missed} missed")
    shutil.rmtree(scratch.folder)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
