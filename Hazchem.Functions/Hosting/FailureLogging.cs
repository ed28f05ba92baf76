using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace Hazchem.Functions.Hosting;

/// <summary>Writes down what a function throws: the host's own line is not among those that the alerts read.</summary>
internal sealed class FailureLogging(ILogger<FailureLogging> logger) : IFunctionsWorkerMiddleware
{
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (Exception e) when (!context.CancellationToken.IsCancellationRequested)
        {
            Log.Failed(logger, context.FunctionDefinition.Name, e);
            throw;
        }
    }
}
