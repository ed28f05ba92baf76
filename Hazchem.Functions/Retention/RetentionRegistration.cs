namespace Hazchem.Functions.Retention;

internal static class RetentionRegistration
{
    /// <summary>Needs <c>AddDocumentStorage</c>, <c>AddInbound</c> and a <see cref="TimeProvider"/>.</summary>
    public static IServiceCollection AddRetention(this IServiceCollection services, RetentionSettings settings) => services
        .AddSingleton(settings)
        .AddSingleton<RowPurge>();
}
