def solver_stochastic_heun(lane, x, t, dt, dW):
    kick = (lane.sigma(t) + lane.sigma(t + dt)) / 2 * dW
    k1 = lane.drift(x, t)
    k2 = lane.drift(x + dt * k1 + kick, t + dt)
    return x + dt / 2 * (k1 + k2) + kick
