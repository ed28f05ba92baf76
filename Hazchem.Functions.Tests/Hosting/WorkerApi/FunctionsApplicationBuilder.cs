namespace Microsoft.Azure.Functions.Worker.Builder;

public abstract class FunctionsApplicationBuilder
{
    public abstract ConfigurationManager Configuration { get; }

    public abstract ILoggingBuilder Logging { get; }

    public abstract IServiceCollection Services { get; }

    public abstract IHost Build();
}
