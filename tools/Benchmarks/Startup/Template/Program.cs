using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.Build().Run();

/// <summary>Never runs while a start is measured.</summary>
public sealed class Nothing
{
    [Function(nameof(Nothing))]
    public void Run([TimerTrigger("0 0 0 1 1 *")] TimerInfo timer)
    {
    }
}
