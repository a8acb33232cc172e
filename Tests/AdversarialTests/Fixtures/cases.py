"""The configurations of the fixtures."""

ADAM = {"kind": "adam", "lr": 0.01, "beta1": 0.5, "beta2": 0.999, "eps": 1e-8}
BATCH = {"kind": "batch", "momentum": 0.1, "eps": 1e-5}
RMSPROP = {"kind": "rmsprop", "lr": 0.005, "decay": 0.9, "eps": 1e-6}
STEPS = {"kind": "steps", "discriminator": 1, "generator": 1, "fresh_latents": False}

# Everything that counts is spelled out. Batches are cut into unequal shards, for a shard's statistics
# and means must not show. No number with a gradient of zero learns by Adam, which would blow its
# rounding error up to a whole step: a bias before a batch norm, directly or through a leaky ReLU that
# is on the same side for the whole batch.
CASES = {
    "alternating": {
        "data": {"kind": "ring", "modes": 8, "radius": 0.7, "stddev": 0.05},
        "batch_size": 30, "shards": 4, "epochs": 20, "seed": 11,
        "loss": "nonsaturating", "label_smoothing": 0.0, "packing": 1, "schedule": STEPS,
        "latent": {"size": 4, "distribution": "normal", "scale": 1.0},
        "generator": {
            "layers": [{"dense": 10, "activation": "leaky-relu"}, {"dense": 8, "activation": "tanh"},
                       {"dense": 2, "activation": "tanh"}],
            "optimizer": ADAM},
        "discriminator": {
            "layers": [{"dense": 12, "activation": {"leaky-relu": 0.1}},
                       {"dense": 6, "activation": "leaky-relu"}, {"dense": 1}],
            "optimizer": ADAM | {"lr": 0.004, "beta1": 0.9, "beta2": 0.99, "eps": 1e-5}},
    },
    "batch-norm": {
        "data": {"kind": "ring", "modes": 5, "radius": 2.0, "stddev": 0.1},
        "batch_size": 27, "shards": 4, "epochs": 12, "seed": 12,
        "loss": "minimax", "label_smoothing": 0.1, "packing": 1, "schedule": STEPS,
        "latent": {"size": 5, "distribution": "uniform", "scale": 1.5},
        "generator": {
            "layers": [{"dense": 9, "bias": False, "norm": BATCH, "activation": "relu", "init": "he"},
                       {"dense": 12}, {"reshape": [3, 4], "norm": BATCH, "activation": "sigmoid"},
                       {"dense": 2, "init": "xavier"}],
            "optimizer": ADAM, "ema": 0.9},
        "discriminator": {
            "layers": [{"dense": 8, "activation": "tanh"},
                       {"dense": 10, "bias": False, "activation": "leaky-relu",
                        "norm": {"kind": "batch", "momentum": 0.05, "eps": 1e-3}},
                       {"dense": 1, "init": {"normal": 0.3}}],
            "optimizer": ADAM | {"lr": 0.005}},
    },
    "maxout": {
        "data": {"kind": "grid", "side": 3, "spacing": 1.0, "stddev": 0.05},
        "batch_size": 46, "shards": 3, "epochs": 15, "seed": 13,
        "loss": "nonsaturating", "label_smoothing": 0.0, "packing": 2,
        "schedule": {"kind": "simultaneous", "fresh_latents": False},
        "latent": {"size": 3, "distribution": "sphere", "scale": 2.0},
        "generator": {
            "layers": [{"dense": 10, "activation": "relu", "init": "orthogonal"}, {"dropout": 0.25},
                       {"dense": 2}],
            "optimizer": {"kind": "sgd", "lr": 0.05, "momentum": 0.9}},
        "discriminator": {
            "layers": [{"dropout": 0.2}, {"maxout": 6, "pieces": 3, "init": {"uniform": 0.4}},
                       {"dropout": 0.5}, {"maxout": 4, "pieces": 2}, {"dense": 1}],
            "optimizer": {"kind": "sgd", "lr": 0.1, "momentum": 0.5}},
    },
    "joined": {
        "data": {"kind": "ring", "modes": 8, "radius": 1.0, "stddev": 0.1},
        "batch_size": 26, "shards": 3, "epochs": 10, "seed": 14,
        "loss": "nonsaturating", "label_smoothing": 0.0, "packing": 1,
        "schedule": {"kind": "steps", "discriminator": 2, "generator": 1, "fresh_latents": True},
        "latent": {"size": 3, "distribution": "normal", "scale": 0.5},
        "generator": {
            "layers": [{"dense": 8, "norm": BATCH, "activation": "relu"}, {"dense": 2}],
            "optimizer": {"kind": "sgd", "lr": 0.05, "momentum": 0.0}, "ema": 0.8},
        "discriminator": {
            "layers": [{"dense": 9, "bias": False, "norm": BATCH, "activation": "leaky-relu"},
                       {"dropout": 0.3}, {"dense": 1}],
            "optimizer": ADAM, "batch_norm": "joined"},
    },
    "least-squares": {
        "data": {"kind": "ring", "modes": 6, "radius": 1.5, "stddev": 0.1},
        "batch_size": 22, "shards": 3, "epochs": 12, "seed": 15,
        "loss": "least-squares", "label_smoothing": 0.1, "packing": 1, "schedule": STEPS,
        "latent": {"size": 3, "distribution": "normal", "scale": 1.0},
        "generator": {
            "layers": [{"dense": 7, "activation": "leaky-relu"}, {"dense": 2}],
            "optimizer": ADAM | {"lr": {"start": 0.02, "factor": 0.8, "floor": 0.004}}},
        "discriminator": {
            "layers": [{"dense": 8, "activation": "tanh"}, {"dense": 1}],
            "optimizer": RMSPROP | {"lr": {"start": 0.02, "end": 0.002, "over_epochs": 9}}},
    },
    # A critic's last bias has no gradient: real and fake cancel.
    "wasserstein": {
        "data": {"kind": "ring", "modes": 6, "radius": 1.5, "stddev": 0.1},
        "batch_size": 22, "shards": 3, "epochs": 10, "seed": 16,
        "loss": "wasserstein", "weight_clip": 0.15, "packing": 1,
        "schedule": {"kind": "steps", "discriminator": 3, "generator": 1, "fresh_latents": False},
        "latent": {"size": 3, "distribution": "normal", "scale": 1.0},
        "generator": {
            "layers": [{"dense": 7, "activation": "leaky-relu"}, {"dense": 2}],
            "optimizer": RMSPROP},
        "discriminator": {
            "layers": [{"dense": 8, "activation": "tanh"}, {"dense": 1, "bias": False}],
            "optimizer": RMSPROP | {"lr": 0.02}},
    },
    "wasserstein-gp": {
        "data": {"kind": "ring", "modes": 6, "radius": 1.5, "stddev": 0.1},
        "batch_size": 22, "shards": 3, "epochs": 10, "seed": 17,
        "loss": "wasserstein-gp", "gradient_penalty": {"lambda": 3.0, "target": 0.8}, "packing": 2,
        "schedule": {"kind": "steps", "discriminator": 2, "generator": 1, "fresh_latents": False},
        "latent": {"size": 3, "distribution": "normal", "scale": 1.0},
        "generator": {
            "layers": [{"dense": 7, "activation": "leaky-relu"}, {"dense": 2}],
            "optimizer": ADAM},
        "discriminator": {
            "layers": [{"dense": 8, "activation": "tanh"}, {"dropout": 0.25},
                       {"dense": 6, "activation": "leaky-relu"}, {"dense": 1, "bias": False}],
            "optimizer": ADAM | {"beta1": 0.0, "beta2": 0.9}},
    },
    "hinge": {
        "data": {"kind": "ring", "modes": 6, "radius": 1.5, "stddev": 0.1},
        "batch_size": 22, "shards": 3, "epochs": 12, "seed": 18,
        "loss": "hinge", "r1": {"gamma": 0.5}, "packing": 1,
        "schedule": {"kind": "simultaneous", "fresh_latents": False},
        "latent": {"size": 3, "distribution": "normal", "scale": 1.0},
        "generator": {
            "layers": [{"dense": 7, "activation": "leaky-relu"}, {"dense": 2}],
            "optimizer": {"kind": "sgd", "lr": 0.05,
                          "momentum": {"start": 0.0, "end": 0.9, "over_epochs": 8}}},
        "discriminator": {
            "layers": [{"dense": 8, "activation": "tanh"},
                       {"maxout": 5, "pieces": 2}, {"dense": 1}],
            "optimizer": {"kind": "sgd", "lr": {"start": 0.1, "factor": 0.9}, "momentum": 0.5}},
    },
    "dragan": {
        "data": {"kind": "ring", "modes": 6, "radius": 1.5, "stddev": 0.1},
        "batch_size": 22, "shards": 3, "epochs": 12, "seed": 19,
        "loss": "dragan", "label_smoothing": 0.0, "packing": 1, "schedule": STEPS,
        "gradient_penalty": {"lambda": 10.0, "target": 1.0, "noise": 0.5, "alpha": True,
                             "output": "logit"},
        "latent": {"size": 3, "distribution": "normal", "scale": 1.0},
        "generator": {
            "layers": [{"dense": 7, "activation": "leaky-relu"}, {"dense": 2}],
            "optimizer": ADAM},
        "discriminator": {
            "layers": [{"dense": 8, "activation": "leaky-relu"},
                       {"dense": 6, "activation": "sigmoid"}, {"dense": 1}],
            "optimizer": ADAM},
    },
    "dragan-probability": {
        "data": {"kind": "ring", "modes": 6, "radius": 1.5, "stddev": 0.1},
        "batch_size": 22, "shards": 3, "epochs": 12, "seed": 20,
        "loss": "dragan", "label_smoothing": 0.2, "packing": 2, "schedule": STEPS,
        "gradient_penalty": {"lambda": 2.0, "target": 0.5, "noise": 0.8, "alpha": False,
                             "output": "probability"},
        "r1": {"gamma": 0.1},
        "latent": {"size": 3, "distribution": "normal", "scale": 1.0},
        "generator": {
            "layers": [{"dense": 7, "activation": "leaky-relu"}, {"dense": 2}],
            "optimizer": ADAM},
        "discriminator": {
            "layers": [{"dense": 8, "activation": "tanh"}, {"dense": 1}],
            "optimizer": ADAM},
    },
}

CONV = {"kernel": 3, "stride": 1, "pad": 1, "init": {"normal": 0.4}}
HALVE = {"kernel": 4, "stride": 2, "pad": 1, "init": {"normal": 0.3}}
# Pictures without picture files: a dense layer makes them of points, and points of them.
PAINTER = {
    "layers": [{"dense": 18, "bias": False, "init": {"normal": 0.6}},
               {"reshape": [3, 3, 2], "norm": BATCH, "activation": "relu"},
               {"conv_transpose": 3, "bias": False, "norm": BATCH, "activation": "leaky-relu"} | HALVE,
               {"flatten": True}, {"dense": 2}],
    "optimizer": ADAM}
CASES |= {
    "dcgan": {
        "data": {"kind": "ring", "modes": 6, "radius": 1.5, "stddev": 0.1},
        "batch_size": 22, "shards": 3, "epochs": 20, "seed": 21,
        "loss": "nonsaturating", "label_smoothing": 0.0, "packing": 1, "schedule": STEPS,
        "latent": {"size": 3, "distribution": "normal", "scale": 1.0},
        "generator": PAINTER | {"ema": 0.9},
        "discriminator": {
            "layers": [{"dense": 16}, {"reshape": [4, 4, 1]},
                       {"conv": 3, "activation": "leaky-relu"} | CONV,
                       {"conv": 4, "bias": False, "norm": BATCH, "activation": "leaky-relu"} | HALVE,
                       {"flatten": True}, {"dense": 1}],
            "optimizer": ADAM},
    },
    "wgan-gp": {
        "data": {"kind": "ring", "modes": 6, "radius": 1.5, "stddev": 0.1},
        "batch_size": 22, "shards": 3, "epochs": 20, "seed": 22,
        "loss": "wasserstein-gp", "gradient_penalty": {"lambda": 10.0, "target": 1.0}, "packing": 1,
        "schedule": {"kind": "steps", "discriminator": 2, "generator": 1, "fresh_latents": False},
        "latent": {"size": 3, "distribution": "normal", "scale": 1.0},
        "generator": PAINTER,
        "discriminator": {
            "layers": [{"dense": 16}, {"reshape": [4, 4, 1]},
                       {"conv": 3, "activation": "tanh"} | CONV,
                       {"conv": 4, "activation": "leaky-relu"} | HALVE,
                       {"flatten": True}, {"dense": 1, "bias": False}],
            "optimizer": ADAM | {"beta1": 0.0, "beta2": 0.9}},
    },
    # At the start of a hinge the last bias has no gradient either.
    "sngan": {
        "data": {"kind": "ring", "modes": 6, "radius": 1.5, "stddev": 0.1},
        "batch_size": 22, "shards": 3, "epochs": 20, "seed": 23,
        "loss": "hinge", "packing": 1,
        "schedule": {"kind": "steps", "discriminator": 2, "generator": 1, "fresh_latents": False},
        "latent": {"size": 3, "distribution": "normal", "scale": 1.0},
        "generator": PAINTER,
        "discriminator": {
            "layers": [{"dense": 16, "norm": "spectral"}, {"reshape": [4, 4, 1]},
                       {"conv": 3, "norm": "spectral", "activation": "leaky-relu"} | CONV,
                       {"conv": 4, "norm": "spectral", "activation": "leaky-relu"} | HALVE,
                       {"flatten": True}, {"dense": 1, "norm": "spectral", "bias": False}],
            "optimizer": ADAM | {"lr": {"start": 0.02, "end": 0.0, "over_epochs": 20}}},
    },
    "dragan-conv": {
        "data": {"kind": "ring", "modes": 6, "radius": 1.5, "stddev": 0.1},
        "batch_size": 22, "shards": 3, "epochs": 20, "seed": 24,
        "loss": "dragan", "label_smoothing": 0.0, "packing": 1, "schedule": STEPS,
        "gradient_penalty": {"lambda": 10.0, "target": 1.0, "noise": 0.5, "alpha": True,
                             "output": "logit"},
        "latent": {"size": 3, "distribution": "normal", "scale": 1.0},
        "generator": PAINTER,
        "discriminator": {
            "layers": [{"dense": 16}, {"reshape": [4, 4, 1]},
                       {"conv": 3, "activation": "leaky-relu"} | CONV,
                       {"conv": 4, "norm": "spectral", "activation": "tanh"} | HALVE,
                       {"flatten": True}, {"dense": 1}],
            "optimizer": ADAM},
    },
}

# Pictures of a file, which examples.py wrote.
PICTURES = {"kind": "idx", "path": "pictures.idx", "range": [-1, 1], "held_out": 0.25}

STRIDE = {"kernel": 4, "stride": 2, "pad": 1}
# Pictures of 8 x 8 from dense, norm, ReLU and two transposed convolutions.
PICTURE_PAINTER = [
    {"dense": 24, "bias": False},
    {"reshape": [2, 2, 6], "norm": BATCH, "activation": "relu"},
    STRIDE | {"conv_transpose": 5, "bias": False, "norm": BATCH, "activation": "relu"},
    STRIDE | {"conv_transpose": 1, "activation": "tanh"}]

CASES |= {
    "pictures-dcgan": {
        "data": PICTURES, "batch_size": 13, "shards": 3, "epochs": 20, "seed": 21,
        "loss": "nonsaturating", "label_smoothing": 0.0, "packing": 1, "schedule": STEPS,
        "latent": {"size": 4, "distribution": "normal", "scale": 1.0},
        "generator": {"layers": PICTURE_PAINTER, "optimizer": ADAM | {"lr": 0.002}, "ema": 0.9},
        "discriminator": {
            "layers": [STRIDE | {"conv": 4, "activation": "leaky-relu"},
                       STRIDE | {"conv": 6, "bias": False, "norm": BATCH, "activation": "leaky-relu"},
                       {"flatten": True}, {"dense": 1}],
            "optimizer": ADAM | {"lr": 0.002}},
    },
    # A layer norm in the critic, as its authors advise, and no last bias.
    "pictures-wgan-gp": {
        "data": PICTURES, "batch_size": 13, "shards": 3, "epochs": 20, "seed": 22,
        "loss": "wasserstein-gp", "gradient_penalty": {"lambda": 10.0, "target": 1.0}, "packing": 1,
        "schedule": {"kind": "steps", "discriminator": 2, "generator": 1, "fresh_latents": False},
        "latent": {"size": 4, "distribution": "normal", "scale": 1.0},
        "generator": {"layers": PICTURE_PAINTER,
                      "optimizer": ADAM | {"lr": 0.001, "beta1": 0.5, "beta2": 0.9}},
        "discriminator": {
            "layers": [STRIDE | {"conv": 4, "activation": "leaky-relu"},
                       STRIDE | {"conv": 6, "norm": {"kind": "layer", "eps": 1e-5},
                        "activation": "leaky-relu"},
                       {"dense": 1, "bias": False}],
            "optimizer": ADAM | {"lr": 0.001, "beta1": 0.5, "beta2": 0.9}},
    },
    "pictures-sngan": {
        "data": PICTURES, "batch_size": 11, "shards": 3, "epochs": 20, "seed": 23,
        "loss": "hinge", "packing": 1,
        "schedule": {"kind": "steps", "discriminator": 2, "generator": 1, "fresh_latents": False},
        "latent": {"size": 4, "distribution": "normal", "scale": 1.0},
        "generator": {"layers": PICTURE_PAINTER, "batch_size": 16,
                      "optimizer": ADAM | {"lr": {"start": 0.002, "end": 0, "over_epochs": 20},
                                           "beta1": 0.0, "beta2": 0.9}},
        "discriminator": {
            "layers": [STRIDE | {"conv": 4, "norm": "spectral", "activation": "leaky-relu"},
                       STRIDE | {"conv": 6, "norm": "spectral", "activation": "leaky-relu"},
                       STRIDE | {"conv_transpose": 3, "norm": "spectral", "activation": "leaky-relu"},
                       {"dense": 1, "norm": "spectral"}],
            "optimizer": ADAM | {"lr": 0.002, "beta1": 0.0, "beta2": 0.9}},
    },
    "pictures-r1": {
        "data": PICTURES, "batch_size": 13, "shards": 3, "epochs": 20, "seed": 25,
        "loss": "least-squares", "label_smoothing": 0.1, "r1": {"gamma": 1.0}, "packing": 1,
        "schedule": {"kind": "simultaneous", "fresh_latents": False},
        "latent": {"size": 4, "distribution": "normal", "scale": 1.0},
        "generator": {
            "layers": [{"dense": 16, "activation": "relu"}, {"reshape": [2, 2, 4]}, {"upsample": 2},
                       CONV | {"conv": 4, "init": {"normal": 0.3}, "activation": "leaky-relu"},
                       {"upsample": 2}, CONV | {"conv": 1, "init": {"normal": 0.3}}],
            "optimizer": {"kind": "sgd", "lr": 0.02, "momentum": 0.9}, "ema": 0.9},
        "discriminator": {
            "layers": [STRIDE | {"conv": 4, "activation": "tanh"},
                       STRIDE | {"conv": 6, "activation": "leaky-relu"}, {"dense": 1}],
            "optimizer": RMSPROP | {"lr": 0.002}},
    },
}
