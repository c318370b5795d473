def solver_heun(lane, x, t, dt, dW):
    k1 = lane.drift(x, t)
    k2 = lane.drift(x + dt * k1, t + dt)
    return x + dt / 2 * (k1 + k2)
