def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--weights", action="append", default=[], metavar="MODEL=FILE", help="trained weights (safetensors) of a network; those not given are trained first")
    parser.add_argument("--out", metavar="PREFIX", help="writes the samples of each lane to PREFIX-lane1.csv and so on")
    parser.add_argument("--steps", type=int, help="number of training steps instead of the scene's")
    arguments = parser.parse_args()
    rng = torch.Generator().manual_seed(SEED)
    torch.manual_seed(SEED)
    models, given = make_models(), dict(word.split("=", 1) for word in arguments.weights)
    for name, model in models.items():
        if name in given:
            model.load(given[name])
        elif hasattr(model, "learn"):
            if arguments.steps:
                model.training_["steps"] = arguments.steps
            model.learn(DATA, rng, name)
    for number, lane in enumerate(make_lanes(models), 1):
        x = lane.run(rng)
        mean, spread = x.mean(0).tolist(), torch.cov(x.T).tolist()
        print(f"lane {number}: {len(x)} samples, mean ({mean[0]:.4f}, {mean[1]:.4f}), covariance ({spread[0][0]:.4f}, {spread[0][1]:.4f}; {spread[1][1]:.4f})")
        if arguments.out:
            with open(f"{arguments.out}-lane{number}.csv", "w", encoding="ascii") as file:
                file.write("x [1],y [1]\n" + "".join(f"{a!r},{b!r}\n" for a, b in x.tolist()))


if __name__ == "__main__":
    main()
