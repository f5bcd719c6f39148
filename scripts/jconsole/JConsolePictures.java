import java.awt.AWTException;
import java.awt.Component;
import java.awt.Container;
import java.awt.Dimension;
import java.awt.Point;
import java.awt.Rectangle;
import java.awt.Robot;
import java.awt.Window;
import java.awt.event.InputEvent;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.function.Predicate;
import javax.imageio.ImageIO;
import javax.swing.JButton;
import javax.swing.JComponent;
import javax.swing.JFrame;
import javax.swing.JInternalFrame;
import javax.swing.JSplitPane;
import javax.swing.JTabbedPane;
import javax.swing.JTable;
import javax.swing.JTextArea;
import javax.swing.JTree;
import javax.swing.SwingUtilities;
import javax.swing.tree.TreeModel;
import javax.swing.tree.TreePath;

/**
 * Starts this JDK's own JConsole on a JVM that has the agent, does in it what a person does, prints what it shows, and takes
 * pictures of the screen. Looks at JConsole's Swing components, and waits for what it waits for.
 *
 * <p>Arguments: process id, folder for the pictures, beginning of the name of the code path to plot, for how many seconds.
 */
public final class JConsolePictures {
    private static final String DOMAIN = "tcphealth";
    private static final Rectangle SIZE = new Rectangle(0, 0, 960, 600);
    private static final int TREE_WIDTH = 350;
    private static final long PATIENCE_NANOS = 100_000_000_000L;

    private final Robot robot;
    private final File folder;
    private final String codePath;
    private final int plotSeconds;

    private JConsolePictures(String[] arguments) throws AWTException {
        folder = new File(arguments[1]);
        codePath = arguments[2];
        plotSeconds = Integer.parseInt(arguments[3]);
        robot = new Robot();
    }

    public static void main(String[] arguments) throws Exception {
        sun.tools.jconsole.JConsole.main(new String[] {"-interval=1", arguments[0]});
        try {
            JConsolePictures pictures = new JConsolePictures(arguments);
            try {
                pictures.walk();
            } catch (Exception e) {
                pictures.picture("failed");
                throw e;
            }
            System.exit(0);
        } catch (Exception | Error e) {
            e.printStackTrace();
            System.exit(1);
        }
    }

    private void walk() throws Exception {
        JFrame frame = await("JConsole's window", () -> first(JFrame.class, Component::isShowing));
        swing(() -> {
            frame.setBounds(SIZE);
            frame.validate();
            return frame;
        });
        JTabbedPane tabs = await("a connection", JConsolePictures::connected);
        swing(() -> {
            tabs.setSelectedIndex(tab(tabs, "MBeans"));
            return tabs;
        });
        JTree tree = await("the tree of MBeans", () -> first(JTree.class, Component::isShowing));
        swing(() -> {
            JSplitPane split = (JSplitPane) SwingUtilities.getAncestorOfClass(JSplitPane.class, tree);
            split.setDividerLocation(TREE_WIDTH);
            return split;
        });
        TreePath domain = node(tree, new TreePath(tree.getModel().getRoot()), DOMAIN);
        for (String type : children(tree, domain)) {
            System.out.println("mbean " + type);
        }

        TreePath paths = node(tree, domain, "CodePath");
        for (String name : children(tree, paths)) {
            System.out.println("code path " + name);
        }
        TreePath notifications = node(tree, domain, "Health", "Notifications");
        select(tree, notifications);
        JButton subscribe = await("the button Subscribe", () -> button("Subscribe"));
        swing(() -> {
            subscribe.doClick();
            return subscribe;
        });
        await("the subscription", () ->
                notifications.getLastPathComponent().toString().startsWith("Notifications[") ? subscribe : null);

        select(tree, node(tree, domain, "Health", "Attributes"));
        JTable worst = doubleClick("Findings", JTable.class, row -> row(row, "About") >= 0);
        System.out.println("finding " + swing(() -> worst.getValueAt(row(worst, "About"), 1)));
        picture("health");

        select(tree, node(tree, domain, "Health", "Operations", "report"));
        JButton report = await("the button report", () -> button("report"));
        SwingUtilities.invokeLater(report::doClick); // which may not return before its dialog is closed
        JButton ok = await("the report", () -> button("OK"));
        enlarge(ok);
        picture("report");
        SwingUtilities.invokeLater(ok::doClick);
        await("the end of the report", () -> button("OK") == null ? tree : null);

        select(tree, node(tree, domain, "CodePaths", "Attributes"));
        JTable first = doubleClick("Table", JTable.class, row -> row(row, "About") >= 0);
        System.out.println("first row " + swing(() -> first.getValueAt(row(first, "About"), 1)));
        picture("table");

        select(tree, node(tree, paths, codePath, "Attributes"));
        tree.expandPath(paths);
        doubleClick("TimeWait", Component.class, JConsolePictures::isPlot);
        Thread.sleep(1000L * plotSeconds); // a curve takes its time
        System.out.println("plotted");
        picture("plot");

        select(tree, notifications);
        JTable received = await("a notification", () -> first(
                JTable.class,
                list -> list.isShowing() && list.getColumnName(0).equals("TimeStamp") && list.getRowCount() > 0));
        System.out.println("notification " + swing(() -> received.getValueAt(0, 4)));
        picture("notifications");
    }

    /** Gives the text above a button more room, and moves it to the middle: there is no window manager to do it with. */
    private static void enlarge(JButton ok) throws Exception {
        swing(() -> {
            Window dialog = SwingUtilities.getWindowAncestor(ok);
            JTextArea text = first(dialog, JTextArea.class, Component::isShowing);
            if (text != null) {
                ((JComponent) text.getParent().getParent()).setPreferredSize(new Dimension(700, 340));
                dialog.pack();
                dialog.setLocation((SIZE.width - dialog.getWidth()) / 2, (SIZE.height - dialog.getHeight()) / 2);
            }
            return dialog;
        });
    }

    private static boolean isPlot(Component component) {
        return component.getClass().getName().contains("XPlottingViewer");
    }

    /** The tabs of a connection that is up; agrees to one without encryption, which stays on this machine. */
    private static JTabbedPane connected() {
        JButton insecure = button("Insecure connection");
        if (insecure != null) {
            insecure.doClick();
        }
        if (button("Cancel") != null) {
            return null;
        }
        JInternalFrame connection = first(
                JInternalFrame.class, inner -> inner.isShowing() && inner.getTitle().startsWith("pid: "));
        if (connection == null || connection.getTitle().contains("(disconnected)")) {
            return null;
        }
        return first(JTabbedPane.class, pane -> pane.isShowing() && tab(pane, "MBeans") >= 0);
    }

    /** Selects a node, and folds up what is unfolded elsewhere; after that, as folding a selected node selects another. */
    private static void select(JTree tree, TreePath path) throws Exception {
        swing(() -> {
            tree.setSelectionPath(path);
            tree.expandPath(path);
            for (int row = tree.getRowCount() - 1; row >= 0; row--) {
                TreePath other = tree.getPathForRow(row);
                if (other.getPathCount() > 2 && !other.isDescendant(path)) {
                    tree.collapsePath(other);
                }
            }
            tree.scrollPathToVisible(path);
            return path;
        });
    }

    /** Double-clicks the value of an attribute in the list that is shown; gives what it unfolds to. */
    private <C extends Component> C doubleClick(String attribute, Class<C> type, Predicate<C> wanted) throws Exception {
        JTable table = await("the attribute " + attribute, () -> first(
                JTable.class, list -> list.isShowing() && row(list, attribute) >= 0));
        Point cell = swing(() -> {
            int row = row(table, attribute);
            Rectangle value = table.getCellRect(row, 1, false);
            table.scrollRectToVisible(value);
            Point middle = new Point((int) value.getCenterX(), (int) value.getCenterY());
            SwingUtilities.convertPointToScreen(middle, table);
            return middle;
        });
        int height = swing(() -> table.getRowHeight(row(table, attribute)));
        robot.mouseMove(cell.x, cell.y);
        for (int i = 0; i < 2; i++) {
            robot.mousePress(InputEvent.BUTTON1_DOWN_MASK);
            robot.mouseRelease(InputEvent.BUTTON1_DOWN_MASK);
        }
        return await(attribute + " unfolded", () -> {
            int row = row(table, attribute);
            table.scrollRectToVisible(table.getCellRect(row, 1, false));
            return table.getRowHeight(row) > height
                    ? first(table.prepareRenderer(table.getCellRenderer(row, 1), row, 1), type, wanted)
                    : null;
        });
    }

    private static int row(JTable table, String attribute) {
        for (int i = 0; i < table.getRowCount(); i++) {
            if (attribute.equals(String.valueOf(table.getValueAt(i, 0)))) {
                return i;
            }
        }
        return -1;
    }

    /** Follows names down the tree; of a name in quotes the beginning does. */
    private static TreePath node(JTree tree, TreePath from, String... names) throws Exception {
        TreePath path = from;
        for (String name : names) {
            TreePath parent = path;
            path = await(name + " in the tree", () -> {
                TreeModel model = tree.getModel();
                Object above = parent.getLastPathComponent();
                for (int i = 0; i < model.getChildCount(above); i++) {
                    Object child = model.getChild(above, i);
                    if (child.toString().equals(name) || child.toString().startsWith('"' + name)) {
                        return parent.pathByAddingChild(child);
                    }
                }
                tree.expandPath(parent);
                return null;
            });
        }
        return path;
    }

    private static List<String> children(JTree tree, TreePath path) throws Exception {
        return swing(() -> {
            List<String> names = new ArrayList<>();
            Object parent = path.getLastPathComponent();
            for (int i = 0; i < tree.getModel().getChildCount(parent); i++) {
                names.add(tree.getModel().getChild(parent, i).toString());
            }
            return names;
        });
    }

    private void picture(String name) throws Exception {
        robot.waitForIdle();
        ImageIO.write(robot.createScreenCapture(SIZE), "png", new File(folder, name + ".png"));
    }

    private static JButton button(String text) {
        return first(JButton.class, button -> button.isShowing() && text.equals(button.getText()));
    }

    private static int tab(JTabbedPane pane, String title) {
        for (int i = 0; i < pane.getTabCount(); i++) {
            if (title.equals(pane.getTitleAt(i))) {
                return i;
            }
        }
        return -1;
    }

    private static <C extends Component> C first(Class<C> type, Predicate<C> wanted) {
        for (Window window : Window.getWindows()) {
            C found = first(window, type, wanted);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private static <C extends Component> C first(Component at, Class<C> type, Predicate<C> wanted) {
        if (type.isInstance(at) && wanted.test(type.cast(at))) {
            return type.cast(at);
        }
        if (at instanceof Container container) {
            for (Component part : container.getComponents()) {
                C found = first(part, type, wanted);
                if (found != null) {
                    return found;
                }
            }
        }
        return null;
    }

    private static <T> T await(String what, Callable<T> look) throws Exception {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (System.nanoTime() < end) {
            T found = swing(look);
            if (found != null) {
                return found;
            }
            Thread.sleep(50);
        }
        throw new IllegalStateException("not there in time: " + what);
    }

    private static <T> T swing(Callable<T> task) throws Exception {
        FutureTask<T> future = new FutureTask<>(task);
        SwingUtilities.invokeLater(future);
        return future.get();
    }
}
