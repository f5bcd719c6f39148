package dev.tcphealth.kernel;

import java.lang.module.Configuration;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The named module that {@link JnaLoader} loads JNA into: it exports and opens nothing but {@link JnaSockets} to the agent,
 * so an application that gets hold of JNA's thread and its class loader cannot call JNA, which reads and writes any memory.
 */
final class JnaModule extends ModuleReference implements ModuleFinder {

    private static final String NAME = "dev.tcphealth.jna";
    private static final String OURS = JnaSockets.class.getPackageName();

    /** What {@link JnaSockets} uses of ours. */
    private static final List<String> USED = List.of(OURS, "dev.tcphealth.concurrent");

    private JnaModule() {
        super(
                ModuleDescriptor.newModule(NAME)
                        .requires("java.base")
                        .packages(Set.of(
                                "com.sun.jna", "com.sun.jna.internal", "com.sun.jna.ptr", "com.sun.jna.win32", OURS))
                        .build(),
                null);
    }

    /** Defines it to this loader, which has loaded none of its classes yet. */
    static void define(ClassLoader loader) {
        JnaModule found = new JnaModule();
        ModuleLayer boot = ModuleLayer.boot();
        Configuration configuration = boot.configuration().resolve(found, ModuleFinder.of(), Set.of(NAME));
        ModuleLayer.Controller controller = ModuleLayer.defineModules(configuration, List.of(boot), name -> loader);
        Module jna = controller.layer().findModule(NAME).orElseThrow();
        Module agent = JnaModule.class.getModule();
        controller.addReads(jna, agent);
        for (Module other : boot.modules()) {
            controller.addReads(jna, other);
        }
        controller.addOpens(jna, OURS, agent);
        for (String used : USED) {
            agent.addExports(used, jna);
        }
    }

    @Override
    public Optional<ModuleReference> find(String name) {
        return name.equals(NAME) ? Optional.of(this) : Optional.empty();
    }

    @Override
    public Set<ModuleReference> findAll() {
        return Set.of(this);
    }

    @Override
    public ModuleReader open() {
        throw new UnsupportedOperationException("the loader reads the agent's jar");
    }
}
