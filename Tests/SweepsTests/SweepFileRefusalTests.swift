import Configuration
import RunModel
import Sweeps
import Testing

@Suite("What a sweep's file refuses")
struct SweepFileRefusalTests {
  /// The sentence that a text gets, `nil` where it is taken.
  static func refusal(_ text: String) -> String? {
    do {
      _ = try SweepFile(text: text, source: "a.yaml")
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test(
    "a line that is wrong is named with what is wrong and how to mend it",
    arguments: [
      (
        "sweep: ring-losses", "sweep: a/b",
        "1: sweep is named a/b, and a name can't hold /; give another name"
      ),
      (
        "sweep: ring-losses", "sweep: latest",
        "1: sweep is named latest, which means the newest run; give another name"
      ),
      ("sweep: ring-losses", "sweep: [a]", "1: sweep must be a name, not a list"),
      ("epochs: 9", "epochs: 0", "3: epochs must be a whole number from 1 to 1000000000, not '0'"),
      (
        "epochs: 9", "epochs: many",
        "3: epochs must be a whole number from 1 to 1000000000, not 'many'"
      ),
      ("epochs: 9", "epoch: 9", "3: unknown key 'epoch' (did you mean 'epochs'?)"),
      (
        "points: 8", "points: 100001",
        "9: points must be a whole number from 1 to 100000, not '100001'"
      ),
      (
        "points: 8", "points: 8\npoints: 9",
        "10: the key 'points' stands here again, first on line 9; keep one"
      ),
      ("points: 8", "seeds: 1", "1: points is missing: say how many points there are"),
      (
        "sampler: random", "sampler: tpee",
        "8: sampler must be one of grid, random, sobol, tpe, not 'tpee' (did you mean 'tpe'?)"
      ),
      (
        "sampler: random", "sampler: {kind: random, startup: 3}",
        "8: unknown key 'sampler.startup'; sampler takes kind"
      ),
      (
        "sampler: random", "window: 0\nsampler: random",
        "8: window must be a whole number from 1 to 100000, not '0'"
      ),
      (
        "sampler: random", "seed: -1\nsampler: random",
        "8: seed must be a whole number from 0 to 9223372036854775807, not '-1'"
      ),
      (
        "sampler: random", "sampler: grid",
        "7: params.generator.optimizer.lr has no end of values, and a grid takes each; give its range a "
          + "step, or list its values"
      ),
      (
        "points: 8", "points: 8\nstop: {kind: halving, eta: 1}",
        "10: stop.eta must be a whole number from 2 to 1000000, not '1'"
      ),
      (
        "points: 8", "points: 8\nstop: {kind: sync, first: 9}",
        "10: stop.first is 9, and a full training has 9; the first rung must be shorter"
      ),
      (
        "points: 8", "points: 8\nconfirm: {top: 3}",
        "10: confirm.seeds is missing: say how many fresh seeds each gets"
      ),
      (
        "points: 8", "points: 8\nbudget: {wall: 8x}",
        "10: budget.wall must be a time, as 8h, 90m, 30s or a number of seconds, not '8x'"
      ),
      (
        "points: 8", "points: 8\nfail: {retry: 3}",
        "10: unknown key 'fail.retry'; fail takes retries, abort_after"
      ),
    ])
  func lines(line: String, instead: String, expected: String) {
    #expect(Self.refusal(smallSweep.replacing(line, with: instead)) == "a.yaml:" + expected)
  }

  @Test(
    "a parameter that can't be searched is named with its line",
    arguments: [
      (
        "generator.optimizer.lrr: [1, 2]",
        "unknown key 'generator.optimizer.lrr' (did you mean 'lr'?)"
      ),
      (
        "generator.optimizer.lr: {log: [0, 1]}",
        "params.generator.optimizer.lr.log begins at 0, which has no logarithm; bounds are values above "
          + "0, not exponents"
      ),
      (
        "generator.optimizer.lr: {log: [-5, -2]}",
        "params.generator.optimizer.lr.log begins at -5, which has no logarithm; bounds are values above "
          + "0, not exponents"
      ),
      (
        "generator.optimizer.lr: {range: [1, 1]}",
        "params.generator.optimizer.lr.range ends at 1.0, which is not above its beginning 1.0; write "
          + "[low, high]"
      ),
      (
        "schedule.discriminator: {int: [5, 1]}",
        "params.schedule.discriminator.int ends at 1, which is not above its beginning 5; write [low, high]"
      ),
      (
        "schedule.discriminator: {int: [0, 4], log: true}",
        "params.schedule.discriminator.int begins at 0, which has no logarithm; begin at 1 or above"
      ),
      (
        "schedule.discriminator: {int: [1, 4.5]}",
        "params.schedule.discriminator.int must be [low, high] of two whole numbers, not '4.5'"
      ),
      (
        "generator.optimizer.lr: {range: [0, 1], step: 0.3}",
        "params.generator.optimizer.lr.step 0.3 does not lead from 0 to 1: both ends belong to the range; "
          + "change one of the three"
      ),
      (
        "generator.optimizer.lr: {range: [0, 1], step: 0}",
        "params.generator.optimizer.lr.step must be a number above 0, not '0'"
      ),
      (
        "generator.optimizer.lr: {range: [0, 1], step: 1e-9}",
        "params.generator.optimizer.lr.step 1e-09 cuts the range into more than 1000000 parts; make it "
          + "larger"
      ),
      (
        "generator.optimizer.lr: {log: [1e-5, 1], step: 1}",
        "params.generator.optimizer.lr.step belongs to range; drop it"
      ),
      (
        "generator.optimizer.lr: {log: [1e-5, 1], range: [0, 1]}",
        "params.generator.optimizer.lr has both range and log; keep one"
      ),
      (
        "generator.optimizer.lr: {when: loss = 'hinge'}",
        "params.generator.optimizer.lr says no values: one of choice, range, log, int must stand in it"
      ),
      (
        "generator.optimizer.lr: {uniform: [0, 1]}",
        "unknown key 'params.generator.optimizer.lr.uniform'; params.generator.optimizer.lr takes choice, "
          + "range, step, log, int, when"
      ),
      (
        "generator.optimizer.lr: {log: [1e-5, .inf]}",
        "params.generator.optimizer.lr.log must be [low, high] of two numbers, not '.inf'"
      ),
      (
        "generator.optimizer.lr: []",
        "params.generator.optimizer.lr is empty; list at least one value"
      ),
      (
        "generator.optimizer.lr: 0.1",
        "params.generator.optimizer.lr must be a map of choice, range, step, log, int, when, not '0.1'"
      ),
      (
        "generator.optimizer.lr: [0.1, 1e-1]",
        "params.generator.optimizer.lr lists 0.1 twice; keep one"
      ),
      (
        "generator.optimizer.lr: [0.1, .nan]",
        "params.generator.optimizer.lr lists NaN, which no setting takes; drop it"
      ),
      (
        "generator.optimizer.lr: [0.1, ~]",
        "params.generator.optimizer.lr lists nothing as a value; drop it"
      ),
      (
        "generator.layers: ['[{dense: 2}]']",
        "params.generator.layers lists the text '[{dense: 2}]', which no setting takes; write lists and "
          + "maps without quotes"
      ),
      ("epochs: [1, 2]", "params.epochs can't be varied: epochs says how long a full training is"),
      ("seed: [1, 2]", "params.seed can't be varied: seeds says how many runs a point has"),
      (
        "checkpoint.every: [1, 2]",
        "params.checkpoint.every never changes a result; set it in base.set"
      ),
      (
        "evaluate.metrics.0: [modes]",
        "params.evaluate.metrics.0 never changes a result; set it in base.set"
      ),
      (
        "schedule.discriminator: [1, 0]",
        "schedule.discriminator must be a whole number from 1 to 1000000, not '0'"
      ),
      (
        "generator..lr: [1, 0]",
        "'generator..lr' is no key; write dotted names, such as generator.optimizer.lr"
      ),
      (
        "gradient_penalty.lambda: {log: [1e-1, 1e2]}",
        "gradient_penalty.lambda belongs to loss wasserstein-gp, dragan, and loss is nonsaturating"
      ),
      (
        "discriminator.layers.0.norm: [batch]",
        "discriminator.layers.0.norm.kind is batch, and loss wasserstein-gp "
          + "penalises the gradient of each logit by its own example, which batch norm makes depend on all "
          + "the others; leave the norm out, or take layer norm"
      ),
    ])
  func parameters(line: String, expected: String) {
    let text = smallSweep.replacing("generator.optimizer.lr: {log: [1e-5, 1e-2]}", with: line)
    #expect(Self.refusal(text) == "a.yaml:7: " + expected)
  }

  @Test(
    "a condition that can't be is named with its line",
    arguments: [
      (
        "los = 'hinge'",
        "'los' is no parameter above it (did you mean 'loss'?); a condition reads what stands before"
      ),
      (
        "gradient_penalty.lambda = 1",
        "'gradient_penalty.lambda' is no parameter above it; a condition reads what stands before"
      ),
      ("later = 1", "'later' is no parameter above it; a condition reads what stands before"),
      ("loss = 'wgan-gp'", "loss is never 'wgan-gp'"),
      ("loss = 'hings'", "loss is never 'hings' (did you mean 'hinge'?)"),
      ("loss in ('hinge', 'dragan')", "loss is never 'dragan'"),
      ("loss = 3", "loss is never 3"),
      ("metrics.d_loss < 1", "a condition reads parameters alone, found metrics.d_loss"),
      ("tags.a = 'b'", "a condition reads parameters alone, found tags.a"),
      ("last(d_loss) < 1", "a condition reads parameters alone, and last stands as a function"),
      ("loss =", "expected a value, as 0.5, 'text' or true, found the end"),
      ("loss", "expected = != < <= > >= like ilike in or is, found the end"),
    ])
  func conditions(condition: String, expected: String) {
    let text = smallSweep.replacing(
      "generator.optimizer.lr: {log: [1e-5, 1e-2]}",
      with: "gradient_penalty.lambda: {log: [0.1, 10], when: \"\(condition)\"}\n  later: [1]")
    #expect(Self.refusal(text) == "a.yaml:7: params.gradient_penalty.lambda.when: " + expected)
  }

  @Test(
    "a condition that no values make true is refused",
    arguments: [
      "loss = 'hinge' and loss != 'hinge'", "latent.size > 9",
      "latent.size < 5 and latent.size > 4",
      "latent.size = 5 and latent.scale is null", "latent.scale > 0.5 and latent.scale < 0.5",
    ])
  func neverTrue(condition: String) {
    let text = smallSweep.replacing(
      "generator.optimizer.lr: {log: [1e-5, 1e-2]}",
      with: """
        latent.size: {int: [2, 9]}
          latent.scale: {range: [0.25, 1], step: 0.25}
          r1.gamma: {choice: [0.1], when: "\(condition)"}
        """
    ).replacing("[nonsaturating, hinge, wasserstein-gp]", with: "[nonsaturating, minimax, hinge]")
    #expect(
      Self.refusal(text)
        == "a.yaml:9: params.r1.gamma never takes part: no values of the parameters "
        + "above make its condition true")
  }

  @Test("every key is looked up, and a key within a choice has its own line")
  func farAway() {
    let choices = (2...40).map(String.init).joined(separator: ", ")
    let text = smallSweep.replacing(
      "generator.optimizer.lr: {log: [1e-5, 1e-2]}",
      with: """
        latent.size: [\(choices)]
          generator.optimizer.lr: {log: [1e-5, 1e-2], when: latent.size > 30 and latent.size < 32}
          generator.optimizer.bta1: {choice: [0.1], when: generator.optimizer.lr > 1e-3}
        """)
    #expect(
      Self.refusal(text)
        == "a.yaml:9: unknown key 'generator.optimizer.bta1' (did you mean 'beta1'?)")
    let layers = smallSweep.replacing(
      "generator.optimizer.lr: {log: [1e-5, 1e-2]}",
      with: """
        discriminator.layers:
            - [{dense: 4}, {dense: 1}]
            - [{dense: 4}, {dens: 1}]
        """)
    #expect(
      Self.refusal(layers)
        == "a.yaml:9: unknown key 'discriminator.layers.1.dens' (did you mean 'dense'?)")
  }

  @Test(
    "an objective that can't be is named with its line",
    arguments: [
      (
        "minimize: seconds",
        "minimize reads seconds, a time, which differs between equal runs; take another metric"
      ),
      (
        "minimize: last(images_per_second)",
        "minimize reads images_per_second, a time, which differs between equal runs; take another metric"
      ),
      (
        "minimize: lastt(d_loss)",
        "minimize has no function 'lastt' (did you mean 'last'?); there are last, best, min, max, mean, at"
      ),
      (
        "minimize: mean(d_loss)",
        "minimize must say how many last points in mean, as mean(d_loss, 5)"
      ),
      ("minimize: at(d_loss)", "minimize must say an epoch in at, as at(d_loss, 5)"),
      ("minimize: last(d_loss, 3)", "minimize gives last a number; write last(d_loss)"),
      (
        "minimize: d_loss * g_loss",
        "minimize must be a sum of metrics, each times a number: metrics are not multiplied, and none is divided by"
      ),
      (
        "minimize: 1 / d_loss",
        "minimize must be a sum of metrics, each times a number: metrics are not multiplied, and none is divided by"
      ),
      ("minimize: 0 * d_loss", "minimize gives d_loss the weight 0; drop it"),
      ("minimize: d_loss / 0", "minimize gives d_loss the weight inf; drop it"),
      ("minimize: 3", "minimize names no metric; write one, as last(d_loss)"),
      ("minimize: d_loss +", "minimize: expected a number, a name or (, found the end"),
      ("minimize: (d_loss", "minimize: expected + - * / or ), found the end"),
      (
        "minimize: last(swd[n=2048)",
        "minimize: expected a closing ] of the brackets, found [n=2048)"
      ),
      (
        "minimize: d_los",
        "minimize reads d_los: training records no d_los (did you mean 'd_loss'?)"
      ),
      (
        "minimize: swd[n=2048]",
        "minimize reads swd[n=2048]: swd is for data of kind fashion-mnist, digits, idx, images; ring has modes, high_quality, reverse_kl"
      ),
      ("maximize: modes", "maximize reads modes: it is recorded as modes[8]"),
      ("maximize: modes[9]", "maximize reads modes[9]: it is recorded as modes[8]"),
      (
        "minimize: gradient_penalty",
        "minimize reads gradient_penalty: gradient_penalty is recorded of a loss with a penalty, or with r1"
      ),
      (
        "minimize: at(d_loss, 10)",
        "minimize reads d_loss at epoch 10, and a full training ends at epoch 9; take an earlier one"
      ),
      (
        "stop: halving\nminimize: at(d_loss, 2)",
        "minimize reads d_loss at epoch 2, and the first rung ends at epoch 1; take an earlier one"
      ),
      (
        "stop: median\nminimize: reverse_kl",
        "stop median compares reverse_kl epoch by epoch, and training measures it at the end alone; set evaluate.every in base.set"
      ),
      ("minimize: d_loss\nmaximize: g_loss", "minimize and maximize stand both; keep one"),
    ])
  func objectives(lines: String, expected: String) {
    let text = smallSweep.replacing("minimize: d_loss", with: lines)
    let line = lines.hasPrefix("stop: halving") || lines.contains("maximize: g") ? 5 : 4
    #expect(Self.refusal(text) == "a.yaml:\(line): " + expected)
  }

  @Test("an objective that one of the losses does not record is named at the parameter")
  func unrecorded() {
    #expect(
      Self.refusal(smallSweep.replacing("minimize: d_loss", with: "minimize: d_accuracy"))
        == "a.yaml:6: with loss wasserstein-gp: the objective reads d_accuracy: loss wasserstein-gp does "
        + "not record d_accuracy")
  }

  @Test(
    "a tie that can't be is named with its line",
    arguments: [
      (
        "discriminator.optimizer.lr: lr / 4",
        "tie.discriminator.optimizer.lr reads 'lr', which is no parameter of this sweep"
      ),
      (
        "discriminator.optimizer.lr: 3",
        "tie.discriminator.optimizer.lr reads no parameter; set it in base.set"
      ),
      (
        "discriminator.optimizer.lr: [1]",
        "tie.discriminator.optimizer.lr must be computed from parameters, as generator.optimizer.lr / 4, "
          + "not a list"
      ),
      (
        "generator.optimizer.lr: generator.optimizer.lr / 4",
        "tie.generator.optimizer.lr is searched in params; keep one of the two"
      ),
      (
        "epochs: generator.optimizer.lr",
        "tie.epochs can't be varied: epochs says how long a full training is"
      ),
      (
        "samples.count: generator.optimizer.lr",
        "tie.samples.count never changes a result; set it in base.set"
      ),
      (
        "discriminator.optimizer.lr: min(generator.optimizer.lr)",
        "tie.discriminator.optimizer.lr calls min; a tie has + - * / and brackets alone"
      ),
      (
        "discriminator.optimizer.lr: loss * 2",
        "tie.discriminator.optimizer.lr computes with loss, which is no number; copy it alone"
      ),
      (
        "discriminator.optimizer.lrr: generator.optimizer.lr",
        "unknown key 'discriminator.optimizer.lrr' (did you mean 'lr'?)"
      ),
      (
        "latent.size: generator.optimizer.lr * 3",
        "latent.size must be a whole number from 1 to 1000000, not '3.0000000000000004e-05'"
      ),
    ])
  func ties(line: String, expected: String) {
    #expect(Self.refusal(smallSweep + "\ntie:\n  " + line) == "a.yaml:11: " + expected)
  }

  @Test(
    "a base that can't be is named with its line",
    arguments: [
      (
        "base: {preset: rinq}",
        "a.yaml:2: there is no preset 'rinq' (did you mean 'ring'?)"
      ),
      ("base: {preset: ring, sets: {}}", "a.yaml:2: unknown key 'base.sets' (did you mean 'set'?)"),
      (
        "base: {preset: ring, set: {los: hinge}}",
        "a.yaml:2: unknown key 'los' (did you mean 'loss'?)"
      ),
      (
        "base: {preset: ring, set: {epochs: 3}}",
        "a.yaml:2: base.set.epochs is not set here; epochs says it"
      ),
      (
        "base: {preset: ring, set: {seed: 3}}",
        "a.yaml:2: base.set.seed is not set here; seeds says it"
      ),
      (
        "base: {preset: ring, set: {preset: ring}}",
        "a.yaml:2: base.set.preset is not set here; base.preset says it"
      ),
      ("base: {preset: ring, set: 3}", "a.yaml:2: base.set must be a map of settings, not '3'"),
      ("base: {}", "a.yaml:2: the first point can't be trained: data.kind is missing"),
    ])
  func bases(line: String, expected: String) throws {
    let text = smallSweep.replacing("base: {preset: ring, set: {steps_per_epoch: 100}}", with: line)
    let message = try #require(Self.refusal(text))
    #expect(message.hasPrefix(expected), "\(message)")
  }

  @Test(
    "what must be there is asked for",
    arguments: [
      (
        "sweep: ring-losses\n",
        "a.yaml:1: sweep is missing: give the sweep a name, unique in its registry"
      ),
      ("epochs: 9\n", "a.yaml:1: epochs is missing: write how long a full training is"),
      (
        "minimize: d_loss\n",
        "a.yaml:1: minimize is missing: say by minimize or maximize which number tells good runs from bad ones"
      ),
      ("sampler: random\n", "a.yaml:1: sampler is missing: choose one of grid, random, sobol, tpe"),
    ])
  func missing(line: String, expected: String) {
    #expect(Self.refusal(smallSweep.replacing(line, with: "")) == expected)
  }

  @Test(
    "what is no sweep at all is refused",
    arguments: [
      "", "# nothing\n", "- 1", "7", "[", "a: &a 1", "sweep: \"a\\u0007b\"", "params: {}", "sweep:",
    ])
  func others(text: String) throws {
    let message = try #require(Self.refusal(text))
    #expect(message.hasPrefix("a.yaml"), "\(message)")
  }

  @Test("sizes are bounded")
  func sizes() throws {
    let many = (0...100).map { "  generator.layers.\($0).dense: [1, 2]" }.joined(separator: "\n")
    let params = try #require(
      Self.refusal(
        "sweep: a\nepochs: 1\nminimize: d_loss\nsampler: random\npoints: 1\nparams:\n" + many))
    #expect(params == "a.yaml:7: params holds 101 parameters; at most 100 can be searched")
    let choices = (1...1001).map(String.init).joined(separator: ",")
    let choice = try #require(
      Self.refusal(smallSweep.replacing("{log: [1e-5, 1e-2]}", with: "[\(choices)]")))
    #expect(
      choice
        == "a.yaml:7: params.generator.optimizer.lr lists 1001 values; at most 1000 can be chosen from"
    )
    let layers = "[" + String(repeating: "{dense: 12345}, ", count: 700) + "{dense: 1}]"
    #expect(
      Self.refusal(
        smallSweep.replacing(
          "generator.optimizer.lr: {log: [1e-5, 1e-2]}", with: "generator.layers: [\(layers)]"))
        == "a.yaml:7: params.generator.layers lists a list of more than 10000 bytes as JSON")
    let grid = smallSweep.replacing("points: 8\n", with: "").replacing("points: 8", with: "")
      .replacing("sampler: random", with: "sampler: grid")
      .replacing(
        "generator.optimizer.lr: {log: [1e-5, 1e-2]}", with: "latent.size: {int: [1, 100000]}")
    #expect(
      Self.refusal(grid)
        == "a.yaml:8: a grid may have 100000 points at most, and this one has more; say how many to take, "
        + "or give its parameters fewer values")
    let dimensions = (0..<12).map { "  generator.layers.\($0).dense: [1]" }.joined(separator: "\n")
    #expect(
      Self.refusal(
        smallSweep.replacing("sampler: random", with: "sampler: sobol").replacing(
          "  generator.optimizer.lr: {log: [1e-5, 1e-2]}", with: dimensions))
        == "a.yaml:19: the sobol sampler takes 12 parameters at most, not 13; take random")
  }
}
