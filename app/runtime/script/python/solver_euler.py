def solver_euler(lane, x, t, dt, dW):
    return x + dt * lane.drift(x, t)
