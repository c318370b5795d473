def solver_midpoint(lane, x, t, dt, dW):
    return x + dt * lane.drift(x + dt / 2 * lane.drift(x, t), t + dt / 2)
